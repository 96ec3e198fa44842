/**
 * Ways to train a backbone without labels (and with): what a method is ({@link org.cyphervit.ssl.SslMethod}), how
 * it is found by its name ({@link org.cyphervit.ssl.MethodProvider}, {@link org.cyphervit.ssl.Methods}), and what
 * methods are made of. The methods themselves are in {@code ssl.method}, their losses in {@code ssl.loss}.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl;
