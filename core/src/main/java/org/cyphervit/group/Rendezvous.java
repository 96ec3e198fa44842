package org.cyphervit.group;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;

/**
 * Which of the processes this one is and where they meet: torchrun's environment, which Kubeflow's PyTorchJob sets too
 * and three lines of a SLURM script set from SLURM's own.
 *
 * @param rank 0 to size - 1
 * @param size number of processes, on all hosts
 * @param localRank number on this host, which chooses the GPU
 * @param host of rank 0
 * @param port on that host, free for rank 0 to listen on
 * @param agent a launcher's name for this attempt where the launcher itself listens at that port; else empty
 * @param timeout how long a rank waits for the others, to come and later to answer
 */
public record Rendezvous(int rank, int size, int localRank, String host, int port, String agent, Duration timeout) {
    private static final List<String> NEEDED = List.of("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT");

    public Rendezvous {
        if (size < 1 || rank < 0 || rank >= size || localRank < 0 || port < 0 || port > 65_535) {
            throw new UserError(
                    "A group needs WORLD_SIZE >= 1, RANK in [0, WORLD_SIZE), LOCAL_RANK >= 0 and a MASTER_PORT"
                            + " below 65536; got " + size + ", " + rank + ", " + localRank + " and " + port + ".");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new UserError("The time to wait for other processes must be above 0; got " + timeout + ".");
        }
    }

    /** A process on its own. */
    public static Rendezvous singleProcess() {
        return new Rendezvous(0, 1, 0, "localhost", 0, "", Duration.ofMinutes(30));
    }

    /**
     * What the launcher says; a single process where it names no other.
     *
     * @param environment variables by name
     * @throws UserError naming a variable that is missing or no number
     */
    public static Rendezvous of(Map<String, String> environment, Duration timeout) {
        if (!environment.containsKey("WORLD_SIZE") && !environment.containsKey("RANK")) {
            return singleProcess();
        }
        for (String name : NEEDED) {
            if (!environment.containsKey(name)) {
                throw new UserError("The environment has a rank of a group, but no " + name + ". torchrun sets "
                        + String.join(", ", NEEDED) + " and LOCAL_RANK; set all, or unset RANK and WORLD_SIZE.");
            }
        }
        boolean listens =
                environment.getOrDefault("TORCHELASTIC_USE_AGENT_STORE", "").equals("True");
        return new Rendezvous(
                number(environment, "RANK"),
                number(environment, "WORLD_SIZE"),
                environment.containsKey("LOCAL_RANK") ? number(environment, "LOCAL_RANK") : 0,
                environment.getOrDefault("MASTER_ADDR", ""),
                number(environment, "MASTER_PORT"),
                listens ? "/worker/attempt_" + environment.getOrDefault("TORCHELASTIC_RESTART_COUNT", "0") : "",
                timeout);
    }

    private static int number(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "");
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new UserError("The environment's " + name + " is '" + value + "'; expected a number.", e);
        }
    }
}
