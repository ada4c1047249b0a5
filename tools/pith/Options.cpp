// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Options.h"
#include "pith/Version.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm::opt;
using namespace pith;
using namespace pith::tool;

namespace {

#define OPTTABLE_STR_TABLE_CODE
#include "tools/pith/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "tools/pith/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

constexpr OptTable::Info infos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "tools/pith/Options.inc"
#undef OPTION
};

struct Table : GenericOptTable {
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, infos) {}
};

const Table &table() {
  static const Table table;
  return table;
}

int unknownOption(llvm::StringRef spelling, unsigned visibility) {
  llvm::errs() << "error: unknown option '" << spelling << "'\n";
  std::string nearest;
  llvm::StringRef name = spelling.split('=').first;
  if (table().findNearest(name.str(), nearest, llvm::opt::Visibility(visibility)) <= 3)
    llvm::errs() << "note: did you mean '" << nearest << "'?\n";
  return Usage;
}

/// The value of an option with a closed set must be one of it.
bool checkChoice(const Arg &arg) {
  const Option &option = arg.getOption();
  std::vector<std::string> values = table().suggestValueCompletions(option.getPrefixedName(), "");
  if (values.empty() || llvm::is_contained(values, arg.getValue()))
    return true;
  usageError(llvm::Twine("expected ") + option.getPrefixedName() + llvm::join(values, "|") +
             ", got '" + arg.getValue() + "'");
  return false;
}

void printHelp(const Command &command) {
  std::string usage = ("pith " + command.name + " " + command.positional + " [options]").str();
  table().printHelp(llvm::outs(), usage.c_str(), command.summary.str().c_str(), false, false,
                    llvm::opt::Visibility(command.visibility));
  llvm::outs() << "\nEXAMPLE:\n  " << command.example << "\n";
}

void printProgramHelp() {
  llvm::outs()
      << "pith compiles neural networks to native libraries\n\nUSAGE: pith <command> [options]\n\n"
         "COMMANDS:\n";
  for (const Command *command : commands())
    llvm::outs() << "  " << llvm::left_justify(command->name, 10) << command->summary << "\n";
  llvm::outs() << "\n'pith <command> --help' tells more. Exit codes: 0 done, 1 the answer is no,\n"
                  "2 usage, 3 bad input, 4 unsupported.\n\nEXAMPLE:\n  "
               << compileCommand.example << "\n";
}

size_t countWords(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  return words.size();
}

} // namespace

llvm::ArrayRef<const Command *> tool::commands() {
  static const Command *list[] = {&compileCommand,  &runCommand,     &benchCommand,
                                  &evaluateCommand, &inspectCommand, &targetsCommand,
                                  &compareCommand,  &bisectCommand};
  return list;
}

int tool::usageError(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return Usage;
}

static int runCommand(const Command &command, llvm::ArrayRef<const char *> arguments) {
  unsigned missingIndex = 0, missingCount = 0;
  Args args = table().ParseArgs(arguments, missingIndex, missingCount,
                                llvm::opt::Visibility(command.visibility));
  if (args.hasArg(OPT_help)) {
    printHelp(command);
    return Done;
  }
  for (const Arg *arg : args.filtered(OPT_UNKNOWN))
    return unknownOption(arg->getAsString(args), command.visibility);
  if (missingCount)
    return usageError(llvm::Twine("expected a value behind '") + args.getArgString(missingIndex) +
                      "'");
  for (const Arg *arg : args)
    if (!checkChoice(*arg))
      return Usage;
  size_t wanted = countWords(command.positional), given = args.getAllArgValues(OPT_INPUT).size();
  if (given != wanted)
    return usageError("expected " + (wanted ? command.positional : "no argument") + ", got " +
                      llvm::Twine(given) + " argument" + (given == 1 ? "" : "s") + "; 'pith " +
                      command.name + " --help' shows an example");
  return command.run(args);
}

int tool::runCommandLine(llvm::ArrayRef<const char *> arguments) {
  llvm::StringRef first = arguments.empty() ? "" : arguments.front();
  for (const Command *command : commands())
    if (first == command->name)
      return ::runCommand(*command, arguments.drop_front());
  if (first == "--help" || first == "-h") {
    printProgramHelp();
    return Done;
  }
  if (first == "--version") {
    llvm::outs() << "pith " << PITH_VERSION << "\n";
    return Done;
  }
  if (first.starts_with("-"))
    return unknownOption(first, ProgramVis);
  if (first.empty())
    return usageError("expected a command; 'pith --help' lists them");
  llvm::errs() << "error: unknown command '" << first << "'\n";
  const Command *nearest = *llvm::min_element(commands(), [&](const Command *a, const Command *b) {
    return first.edit_distance(a->name) < first.edit_distance(b->name);
  });
  if (first.edit_distance(nearest->name) <= 3)
    llvm::errs() << "note: did you mean '" << nearest->name << "'?\n";
  return Usage;
}
