/**
 * Ways to train a backbone without labels (and with), one file each, behind {@link org.cyphervit.ssl.SslMethod}. They
 * know no backbone class.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl;
