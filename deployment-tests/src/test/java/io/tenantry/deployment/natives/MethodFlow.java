package io.tenantry.deployment.natives;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.Signature;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one method's byte code from its beginning to its end and notes which values it passes to
 * other methods and stores in fields. It does not follow loops: what it says of a value is what is
 * known at the instruction's first reading.
 */
final class MethodFlow {

  /** A call and what is known of each argument, without the receiver. */
  record Call(String owner, String name, String descriptor, List<Set<Fact>> arguments) {}

  /** A value that is stored in a field. */
  record Store(String owner, String name, Set<Fact> value) {}

  private record Value(Set<Fact> facts, boolean wide) {}

  private final ProjectClasses project;
  private final Deque<Value> stack = new ArrayDeque<>();
  private final Map<Integer, Value> locals = new HashMap<>();
  private final Map<Label, List<Value>> atLabels = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>();
  private boolean reachable = true;

  MethodFlow(ProjectClasses project, ClassModel type, MethodModel method) {
    this.project = project;
    method
        .code()
        .ifPresent(
            code -> {
              bindParameters(type, method);
              code.exceptionHandlers()
                  .forEach(
                      each ->
                          atLabels.put(each.handler(), List.of(new Value(new HashSet<>(), false))));
              code.forEach(this::read);
            });
  }

  List<Call> calls() {
    return calls;
  }

  List<Store> stores() {
    return stores;
  }

  private void bindParameters(ClassModel type, MethodModel method) {
    int slot = 0;
    if (!method.flags().has(AccessFlag.STATIC)) {
      locals.put(slot++, typed(Signature.of(type.thisClass().asSymbol())));
    }
    List<Signature> types = ProjectClasses.signature(method).arguments();
    for (int i = 0; i < types.size(); i++) {
      Value value = typed(types.get(i));
      value.facts.add(new Fact.FromParameter(i));
      locals.put(slot, value);
      slot += value.wide ? 2 : 1;
    }
  }

  private static Value typed(Signature type) {
    String descriptor = type.signatureString();
    return new Value(
        new HashSet<>(Set.of(new Fact.Typed(type))),
        descriptor.equals("J") || descriptor.equals("D"));
  }

  private static Value typed(ClassDesc type) {
    return typed(Signature.of(type));
  }

  private void push(Value value) {
    stack.push(value);
  }

  private void push(TypeKind kind) {
    push(new Value(new HashSet<>(), kind.slotSize() == 2));
  }

  /** The topmost value; one of which nothing is known where reading has lost track. */
  private Value pop() {
    return stack.isEmpty() ? new Value(new HashSet<>(), false) : stack.pop();
  }

  private void pop(int count) {
    for (int i = 0; i < count; i++) {
      pop();
    }
  }

  private void jumpTo(Label target) {
    atLabels.putIfAbsent(target, List.copyOf(stack));
  }

  private void endBlock() {
    stack.clear();
    reachable = false;
  }

  private void arriveAt(Label label) {
    List<Value> saved = atLabels.get(label);
    if (saved == null) {
      reachable = true;
      return;
    }
    if (reachable && saved.size() == stack.size()) {
      List<Value> current = List.copyOf(stack);
      for (int i = 0; i < saved.size(); i++) {
        current.get(i).facts.addAll(saved.get(i).facts);
      }
    } else {
      stack.clear();
      saved.reversed().forEach(stack::push);
    }
    reachable = true;
  }

  private void read(CodeElement element) {
    switch (element) {
      case LabelTarget target -> arriveAt(target.label());
      case LoadInstruction load ->
          push(
              locals.getOrDefault(
                  load.slot(), new Value(new HashSet<>(), load.typeKind().slotSize() == 2)));
      case StoreInstruction store -> locals.put(store.slot(), pop());
      case ConstantInstruction constant -> push(constant(constant));
      case FieldInstruction field -> field(field);
      case InvokeInstruction invoke -> invoke(invoke);
      case InvokeDynamicInstruction dynamic -> invokeDynamic(dynamic);
      case NewObjectInstruction created -> push(typed(created.className().asSymbol()));
      case NewPrimitiveArrayInstruction _ -> {
        pop();
        push(TypeKind.REFERENCE);
      }
      case NewReferenceArrayInstruction array -> {
        pop();
        push(typed(array.componentType().asSymbol()));
      }
      case NewMultiArrayInstruction array -> {
        pop(array.dimensions());
        push(typed(array.arrayType().asSymbol()));
      }
      case ArrayLoadInstruction load -> {
        pop();
        Value array = pop();
        push(new Value(array.facts, load.typeKind().slotSize() == 2));
      }
      case ArrayStoreInstruction _ -> {
        Value value = pop();
        pop();
        pop().facts.addAll(value.facts);
      }
      case TypeCheckInstruction check -> check(check);
      case OperatorInstruction operator -> {
        boolean unary =
            operator.opcode() == Opcode.ARRAYLENGTH || operator.opcode().name().endsWith("NEG");
        pop(unary ? 1 : 2);
        push(operator.typeKind());
      }
      case ConvertInstruction convert -> {
        pop();
        push(convert.toType());
      }
      case BranchInstruction branch -> branch(branch);
      case TableSwitchInstruction table -> {
        pop();
        jumpTo(table.defaultTarget());
        table.cases().forEach(each -> jumpTo(each.target()));
        endBlock();
      }
      case LookupSwitchInstruction lookup -> {
        pop();
        jumpTo(lookup.defaultTarget());
        lookup.cases().forEach(each -> jumpTo(each.target()));
        endBlock();
      }
      case ReturnInstruction _ -> endBlock();
      case ThrowInstruction _ -> endBlock();
      case MonitorInstruction _ -> pop();
      case StackInstruction moved -> move(moved.opcode());
      default -> {}
    }
  }

  private Value constant(ConstantInstruction constant) {
    Set<Fact> facts = new HashSet<>();
    if (constant.constantValue() instanceof ClassDesc type) {
      facts.add(new Fact.ClassConstant(type));
    } else if (constant.constantValue() instanceof String text) {
      facts.add(new Fact.Text(text, true));
    }
    return new Value(facts, constant.typeKind().slotSize() == 2);
  }

  private void field(FieldInstruction field) {
    String owner = field.owner().asInternalName();
    String name = field.name().stringValue();
    Value top = field.opcode() == Opcode.GETSTATIC ? null : pop();
    switch (field.opcode()) {
      case PUTFIELD -> {
        pop();
        stores.add(new Store(owner, name, top.facts));
      }
      case PUTSTATIC -> stores.add(new Store(owner, name, top.facts));
      default -> {
        Value value =
            typed(
                project
                    .field(owner, name)
                    .map(found -> ProjectClasses.signature(found, found.fieldTypeSymbol()))
                    .orElseGet(() -> Signature.of(field.typeSymbol())));
        value.facts.add(new Fact.FromField(owner, name));
        push(value);
      }
    }
  }

  private void invoke(InvokeInstruction invoke) {
    String owner = invoke.owner().asInternalName();
    String name = invoke.name().stringValue();
    MethodTypeDesc type = invoke.typeSymbol();
    List<Set<Fact>> arguments = arguments(type.parameterCount());
    Set<Fact> receiver = invoke.opcode() == Opcode.INVOKESTATIC ? Set.of() : pop().facts;
    calls.add(new Call(owner, name, type.descriptorString(), arguments));
    if (type.returnType().descriptorString().equals("V")) {
      return;
    }
    Value result = typed(result(owner, name, type));
    project
        .field(owner, name)
        .filter(_ -> type.parameterCount() == 0)
        .ifPresent(_ -> result.facts.add(new Fact.FromField(owner, name)));
    if (project.find(owner).isEmpty() && isContainer(type.returnType())) {
      // Whatever goes into a list, an Optional or a Uni comes out of it.
      result.facts.addAll(receiver);
      arguments.forEach(result.facts::addAll);
    }
    push(result);
  }

  private List<Set<Fact>> arguments(int count) {
    List<Set<Fact>> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.addFirst(pop().facts);
    }
    return arguments;
  }

  private Signature result(String owner, String name, MethodTypeDesc type) {
    return project
        .method(owner, name, type.descriptorString())
        .map(found -> ProjectClasses.signature(found).result())
        .orElseGet(() -> Signature.of(type.returnType()));
  }

  private static boolean isContainer(ClassDesc type) {
    String name = type.descriptorString();
    return name.equals("Ljava/lang/Object;")
        || name.startsWith("Ljava/util/")
        || name.startsWith("Lio/smallrye/mutiny/")
        || name.contains("Response");
  }

  private void invokeDynamic(InvokeDynamicInstruction dynamic) {
    MethodTypeDesc type = dynamic.typeSymbol();
    List<Set<Fact>> captured = arguments(type.parameterCount());
    Value result = typed(type.returnType());
    List<ConstantDesc> bootstrap = dynamic.bootstrapArgs();
    if (bootstrap.size() > 2
        && bootstrap.get(1) instanceof DirectMethodHandleDesc handle
        && bootstrap.get(2) instanceof MethodTypeDesc instantiated) {
      result.facts.addAll(lambda(handle, instantiated, captured));
    } else if (!bootstrap.isEmpty() && bootstrap.getFirst() instanceof String recipe) {
      int variable = recipe.indexOf('\u0001');
      result.facts.add(
          new Fact.Text(variable < 0 ? recipe : recipe.substring(0, variable), variable < 0));
    }
    push(result);
  }

  /** Notes a lambda's body as called with what it captures and with the types it is made for. */
  private Set<Fact> lambda(
      DirectMethodHandleDesc handle, MethodTypeDesc instantiated, List<Set<Fact>> captured) {
    List<Set<Fact>> arguments = new ArrayList<>(captured);
    instantiated.parameterList().forEach(each -> arguments.add(typed(each).facts));
    boolean isStatic =
        handle.kind() == DirectMethodHandleDesc.Kind.STATIC
            || handle.kind() == DirectMethodHandleDesc.Kind.INTERFACE_STATIC
            || handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
    if (!isStatic && !arguments.isEmpty()) {
      arguments.removeFirst();
    }
    String owner = ProjectClasses.internalName(handle.owner());
    // A handle's lookup descriptor has no receiver.
    MethodTypeDesc descriptor = MethodTypeDesc.ofDescriptor(handle.lookupDescriptor());
    calls.add(
        new Call(
            owner, handle.methodName(), descriptor.descriptorString(), List.copyOf(arguments)));
    return descriptor.returnType().descriptorString().equals("V")
        ? typed(handle.owner()).facts
        : typed(result(owner, handle.methodName(), descriptor)).facts;
  }

  private void check(TypeCheckInstruction check) {
    Value value = pop();
    if (check.opcode() == Opcode.INSTANCEOF) {
      push(TypeKind.INT);
      return;
    }
    Set<Fact> facts = new HashSet<>(value.facts);
    facts.add(new Fact.Typed(Signature.of(check.type().asSymbol())));
    push(new Value(facts, false));
  }

  private void branch(BranchInstruction branch) {
    String name = branch.opcode().name();
    if (name.startsWith("IF_")) {
      pop(2);
    } else if (name.startsWith("IF")) {
      pop();
    }
    jumpTo(branch.target());
    if (name.startsWith("GOTO")) {
      endBlock();
    }
  }

  private void move(Opcode opcode) {
    switch (opcode) {
      case POP -> pop();
      case POP2 -> {
        if (!pop().wide) {
          pop();
        }
      }
      case SWAP -> insert(1, 1, false);
      case DUP -> insert(1, 0, true);
      case DUP_X1 -> insert(1, 1, true);
      case DUP_X2 -> insert(1, 2, true);
      case DUP2 -> insert(2, 0, true);
      case DUP2_X1 -> insert(2, 1, true);
      case DUP2_X2 -> insert(2, 2, true);
      default -> throw new IllegalStateException(opcode.name());
    }
  }

  /**
   * Puts the topmost slots below the next ones, and keeps them on top as well if they are copied.
   */
  private void insert(int slots, int below, boolean copied) {
    List<Value> top = take(slots);
    List<Value> next = take(below);
    top.reversed().forEach(this::push);
    next.reversed().forEach(this::push);
    if (copied) {
      top.reversed().forEach(this::push);
    }
  }

  private List<Value> take(int slots) {
    List<Value> taken = new ArrayList<>();
    for (int left = slots; left > 0; ) {
      Value value = pop();
      taken.add(value);
      left -= value.wide ? 2 : 1;
    }
    return taken;
  }
}
