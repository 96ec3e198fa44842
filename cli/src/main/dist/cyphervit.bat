@echo off
rem Runs a command of CypherViT for the JVM with the flags that Java needs.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%~dp0runtime\bin\java.exe" set "JAVA=%~dp0runtime\bin\java.exe"
if defined CYPHERVIT_JAVA_HOME set "JAVA=%CYPHERVIT_JAVA_HOME%\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo cyphervit: No Java found. Install a JDK 25.0.3 or later ^(https://adoptium.net^) and set JAVA_HOME to it. 1>&2
  exit /b 1
)
rem Threads that spin while they wait starve whatever else runs here. Elsewhere Java sets this itself.
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
"%JAVA%" %CYPHERVIT_JAVA_OPTS% -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED ^
  --sun-misc-unsafe-memory-access=allow -cp "%~dp0lib\*" org.cyphervit.cli.Main %*
exit /b %errorlevel%
