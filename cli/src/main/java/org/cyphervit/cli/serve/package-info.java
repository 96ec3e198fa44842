/** What a server on this machine needs: requests and answers, who may ask, and the folders that may be looked into. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.serve;
