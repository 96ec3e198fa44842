@echo off
rem The workbench in the browser, working in the folder CypherViT of your home; another folder: workbench FOLDER
setlocal
set "folder=%~1"
if "%folder%"=="" set "folder=%USERPROFILE%\CypherViT"
if not exist "%folder%" mkdir "%folder%"
call "%~dp0cyphervit.bat" serve "%folder%" --open
