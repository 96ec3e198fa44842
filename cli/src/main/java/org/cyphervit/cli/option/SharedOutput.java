package org.cyphervit.cli.option;

/**
 * A command whose {@code --out} it locks itself or shares with other processes: 'tile' shares slides out, 'reproduce' what is
 * not done yet, and of the processes that train together only the first writes. All others write to their {@code --out} alone.
 */
public interface SharedOutput {}
