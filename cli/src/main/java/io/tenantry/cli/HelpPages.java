package io.tenantry.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Range;

/**
 * Formats {@code --help}: a command's help lists its own options; only tenantctl's help lists the
 * common ones.
 */
final class HelpPages {

  private HelpPages() {}

  static void arrange(CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage.abbreviateSynopsis(true);
    usage.sortOptions(true);
    usage.parameterListHeading("%nParameters:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    usage.descriptionHeading("%n");
    if (usage.footer().length > 0) {
      usage.footerHeading("%nExamples:%n");
    }
    line.setHelpFactory(
        (spec, scheme) ->
            new Help(spec, scheme) {
              @Override
              public String optionList() {
                List<OptionSpec> own = spec.options().stream().filter(o -> !o.inherited()).toList();
                return optionListExcludingGroups(own)
                    + (spec.root() == spec
                        ? ""
                        : "  and those of every command, see: tenantctl --help%n".formatted());
              }

              @Override
              public String optionListHeading(Object... params) {
                return createHeading("%nOptions:%n", params);
              }

              @Override
              public IParamLabelRenderer parameterLabelRenderer() {
                return new Labels(scheme);
              }
            });
    line.getSubcommands().values().forEach(HelpPages::arrange);
  }

  /** Labels in capitals, derived from the option's name unless given. */
  private record Labels(ColorScheme scheme) implements IParamLabelRenderer {

    @Override
    public Text renderParameterLabel(ArgSpec argument, Ansi ansi, List<IStyle> styles) {
      if (argument.arity().max() == 0) {
        return ansi.new Text("");
      }
      boolean given = !argument.paramLabel().startsWith("<");
      String label =
          given || !(argument instanceof OptionSpec option)
              ? argument.paramLabel()
              : option.longestName().replaceFirst("^-+", "").toUpperCase(Locale.ROOT);
      return argument.isOption()
          ? scheme.optionParamText("=" + label)
          : scheme.parameterText(counted(label, argument.arity()));
    }

    private static String counted(String label, Range arity) {
      String several = arity.max() > 1 ? label + "..." : label;
      return arity.min() == 0 ? "[" + several + "]" : several;
    }

    @Override
    public String separator() {
      return "=";
    }
  }
}
