/** One table, written for a terminal, a spreadsheet, Markdown, LaTeX or a page. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval.table;
