package org.cyphervit.torch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Operation;
import org.bytedeco.pytorch.Operator;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Calls ATen operators by name, also those that have no Java method ({@code _foreach_*}, {@code _fused_*},
 * {@code _upsample_*_aa}). Arguments: Tensor, List of Tensor, Double, Long, Boolean or {@link #NONE}.
 */
public final class Ops {
    /** The argument that stands for Python's None. */
    public static final Object NONE = new Object();

    private static final Map<String, Operation> CACHE = new ConcurrentHashMap<>();

    private Ops() {}

    /**
     * Calls {@code aten::name.overload} and returns its results.
     *
     * @param name such as {@code aten::_foreach_lerp_}
     * @param overload such as {@code Scalar}, or empty
     * @throws IllegalArgumentException if this LibTorch has no such operator
     */
    public static IValueVector call(String name, String overload, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(arguments[i]);
        }
        IValueVector stack = new IValueVector(values);
        CACHE.computeIfAbsent(name + "." + overload, key -> find(name, overload))
                .apply(stack);
        return stack;
    }

    /** Calls an operator whose single result is a tensor. */
    public static Tensor tensor(String name, String overload, Object... arguments) {
        return call(name, overload, arguments).get(0).toTensor();
    }

    /** Calls an operator whose single result is a list of tensors. */
    public static TensorVector tensors(String name, String overload, Object... arguments) {
        return call(name, overload, arguments).get(0).toTensorVector();
    }

    private static Operation find(String name, String overload) {
        Operator operator = torch.findOperatorFor(new OperatorName(name, overload));
        if (operator == null || operator.isNull()) {
            throw new IllegalArgumentException("This LibTorch has no operator " + name + "." + overload + ".");
        }
        Operation operation = operator.getOperation();
        operation.retainReference();
        return operation;
    }

    @SuppressWarnings("unchecked")
    private static IValue value(Object argument) {
        if (argument == NONE) {
            return new IValue();
        }
        return switch (argument) {
            case Tensor tensor -> new IValue(tensor);
            case Double number -> new IValue(number.doubleValue());
            case Long number -> new IValue(number.longValue());
            case Boolean flag -> new IValue(flag.booleanValue());
            case List<?> list -> list((List<Tensor>) list);
            default ->
                throw new IllegalArgumentException("No ATen value can be made of a "
                        + argument.getClass().getSimpleName()
                        + "; expected Tensor, List<Tensor>, Double, Long, Boolean"
                        + " or Ops.NONE.");
        };
    }

    private static IValue list(List<Tensor> tensors) {
        TensorList list = new TensorList();
        for (Tensor tensor : tensors) {
            list.push_back(tensor);
        }
        return new IValue(new GenericList(list));
    }
}
