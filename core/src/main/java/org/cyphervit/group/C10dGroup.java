package org.cyphervit.group;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ReduceOp;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;
import org.cyphervit.UserError;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** A group by c10d, PyTorch's own collectives: Gloo on the CPU, NCCL on CUDA. */
final class C10dGroup implements Group {
    private final Rendezvous me;
    private final Device device;
    private final Backend backend;
    private final Heartbeats roll;
    private final SumOfGradients sumOfGradients = new SumOfGradients();
    private @Nullable UserError failure;

    private C10dGroup(Rendezvous me, Device device, Backend backend, Heartbeats roll) {
        this.me = me;
        this.device = device;
        this.backend = backend;
        this.roll = roll;
    }

    static Group join(Rendezvous me, String wanted) {
        try {
            Device device = Scope.keep(Engine.device(local(me, wanted)));
            Store store = store(me, me.rank() == 0 && me.agent().isEmpty());
            Backend backend = device.is_cuda() ? nccl(store, me) : Stdout.silenced(() -> gloo(store, me));
            C10dGroup group =
                    new C10dGroup(me, device, backend, new Heartbeats(store(me, false), me.rank(), me.size()));
            group.any(false); // connects all with all
            return group;
        } catch (UserError e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UserError(
                    "Rank " + me.rank() + " of " + me.size() + " could not meet the others at " + me.host() + ":"
                            + me.port() + " within " + me.timeout().toSeconds() + " s: " + Engine.firstLine(e)
                            + ". Check that all ranks were started and reach that port.",
                    e);
        }
    }

    // The connection of a rank to the store, which rank 0 or the launcher holds.
    private static Store store(Rendezvous me, boolean server) {
        TCPStoreOptions options = new TCPStoreOptions();
        options.port((short) me.port()) // above 32767 the bits are right, the sign is not
                .isServer(server)
                .waitWorkers(false)
                .numWorkers(new SizeTPointer(1).put(me.size()))
                .timeout(milliseconds(me))
                .useLibUV(true);
        Store store = Scope.keep(new TCPStore(me.host(), options));
        return me.agent().isEmpty() ? store : Scope.keep(new PrefixStore(me.agent(), store));
    }

    private static Backend gloo(Store store, Rendezvous me) {
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(milliseconds(me));
        String card = System.getenv("GLOO_SOCKET_IFNAME");
        boolean loopback = me.host().equals("localhost") || me.host().startsWith("127.");
        options.devices()
                .push_back(
                        card != null
                                ? ProcessGroupGloo.createDeviceForInterface(card)
                                : loopback
                                        ? ProcessGroupGloo.createDeviceForHostname("127.0.0.1")
                                        : ProcessGroupGloo.createDefaultDevice());
        return Scope.keep(new ProcessGroupGloo(store, me.rank(), me.size(), options));
    }

    private static Backend nccl(Store store, Rendezvous me) {
        ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
        ProcessGroupNCCL nccl = Scope.keep(new ProcessGroupNCCL(store, me.rank(), me.size(), options));
        nccl.setTimeout(milliseconds(me));
        return nccl;
    }

    private static Milliseconds milliseconds(Rendezvous me) {
        return new Milliseconds(me.timeout().toMillis());
    }

    private static String local(Rendezvous me, String wanted) {
        return wanted.equals("cuda") ? "cuda:" + me.localRank() : wanted;
    }

    @Override
    public int rank() {
        return me.rank();
    }

    @Override
    public int size() {
        return me.size();
    }

    @Override
    public String device(String wanted) {
        return local(me, wanted);
    }

    @Override
    public Tensor gather(Tensor mine) {
        long n = mine.size(0);
        Tensor own = mine.detach().contiguous();
        long[] shape = Tensors.shape(own);
        shape[0] = n * size();
        Tensor all = torch.empty(shape, own.options(), null);
        call(() -> backend._allgather_base(all, own));
        if (!mine.requires_grad()) {
            return all;
        }
        Tensor linked = Tensors.cat(
                List.of(all.narrow(0, 0, n * rank()), mine, all.narrow(0, n * (rank() + 1), n * (size() - rank() - 1))),
                0);
        if (linked.requires_grad()) { // not under a NoGradGuard
            linked.register_hook(sumOfGradients);
        }
        return linked;
    }

    @Override
    public Tensor sum(Tensor mine) {
        return reduced(mine, ReduceOp.RedOpType.SUM);
    }

    @Override
    public Tensor max(Tensor mine) {
        return reduced(mine, ReduceOp.RedOpType.MAX);
    }

    private Tensor reduced(Tensor mine, ReduceOp.RedOpType how) {
        Tensor result = mine.detach().clone().contiguous();
        AllreduceOptions options = new AllreduceOptions().reduceOp(new ReduceOp(how));
        call(() -> backend.allreduce(new TensorVector(result), options));
        return result;
    }

    /** In one flat buffer, after the whole backward pass. */
    @Override
    public void average(List<Tensor> tensors) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            call(() -> backend.allreduce_coalesced(new TensorVector(tensors.toArray(Tensor[]::new))));
            Foreach.scale(tensors, 1.0 / size());
        }
    }

    @Override
    public void broadcast(List<Tensor> tensors) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            BroadcastOptions fromFirst = new BroadcastOptions().rootRank(0);
            for (Tensor tensor : tensors) {
                call(() -> backend.broadcast(new TensorVector(tensor), fromFirst));
            }
        }
    }

    @Override
    public boolean any(boolean mine) {
        try (Scope scope = Scope.open()) {
            Tensor flag = Tensors.of(new float[] {mine ? 1 : 0}, 1).to(device, ScalarType.Float);
            return sum(flag).item_double() > 0;
        }
    }

    @Override
    public RuntimeException explain(RuntimeException error) {
        return failure == null ? error : failure; // through native code an exception keeps its message only
    }

    /** Rank 0 holds the store, so it leaves last. */
    @Override
    public void close() {
        try {
            if (failure == null) {
                any(false);
            }
        } catch (UserError e) {
            // Someone left in disorder, and says so himself.
        } finally {
            roll.close();
        }
    }

    private void call(Supplier<Work> collective) {
        if (failure != null) {
            throw failure;
        }
        roll.called();
        try {
            collective.get()._wait();
        } catch (RuntimeException e) {
            failure = new UserError(
                    roll.missing() + " Rank " + rank() + " of " + size() + " stops too; the output of the other tells"
                            + " why. Go on from the last checkpoint (setting 'resume') with as many processes as there are."
                            + " (" + Engine.firstLine(e) + ")",
                    e);
            throw failure;
        }
    }

    /** The backward pass of {@link #gather}; one object serves all, as the engine has few slots for callbacks. */
    private final class SumOfGradients extends TensorTensorHook {
        private @Nullable Tensor last;

        @Override
        public TensorBase call(TensorBase gradient) {
            try (Scope scope = Scope.open()) {
                Tensor total = Scope.keep(sum(new Tensor(gradient)));
                // The engine copies the reference after this method returns: the one of the call before is free now.
                if (last != null) {
                    Scope.free(last);
                }
                last = total;
                return total;
            }
        }
    }
}
