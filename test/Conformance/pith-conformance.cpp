// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiles and runs many small models: each in a child process with limits, so
// that a crash or a loop costs one job, while all share one start-up.
//
//   pith-conformance --target=T [--cpu=C,...] [--load-target=LIB] < jobs.jsonl > results.jsonl
//
// Each job runs for every CPU in turn; the model is imported once.
#include "pith/Target/AllTargets.h"
#include "pith/Target/Plugin.h"
#include "test/Conformance/Job.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include <csignal>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace pith;
using namespace pith::conformance;

static cl::opt<std::string> target("target", cl::init("reference"));
static cl::list<std::string> cpus("cpu", cl::CommaSeparated);
static cl::opt<std::string> sameAs("same-as", cl::desc("target whose bits outputs must have"));
static cl::opt<unsigned> jobCount("jobs", cl::init(2));
static cl::opt<unsigned> seconds("seconds", cl::init(30), cl::desc("of each CPU of a job"));
static cl::opt<unsigned> mebibytes("memory", cl::init(4096), cl::desc("of each job"));

namespace {

struct Child {
  const Job *job;
  pid_t pid;
  int output;
  std::string text;
};

void limit(int resource, uint64_t value) {
  struct rlimit limits = {value, value};
  setrlimit(resource, &limits);
}

/// What all jobs share.
struct Run {
  std::vector<Machine> machines;
  std::optional<Machine> oracle;
  mlir::MLIRContext *context;
};

void writeAll(int file, StringRef text) {
  while (!text.empty()) {
    ssize_t written = write(file, text.data(), text.size());
    if (written <= 0)
      return;
    text = text.drop_front(written);
  }
}

Child start(const Job &job, const Run &run) {
  int ends[2];
  if (pipe(ends)) {
    perror("pipe");
    exit(1);
  }
  pid_t pid = fork();
  if (pid < 0) {
    perror("fork");
    exit(1);
  }
  if (pid == 0) {
    close(ends[0]);
    limit(RLIMIT_AS, uint64_t(mebibytes) << 20);
    unsigned runs = run.machines.size() + run.oracle.has_value();
    limit(RLIMIT_CPU, seconds * runs);
    limit(RLIMIT_CORE, 0);
    for (int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
      signal(number, SIG_DFL); // no stack traces
    alarm(2 * seconds * runs);
    runJob(job, run.machines, run.oracle, run.context, [&](json::Object result) {
      writeAll(ends[1], formatv("{0}\n", json::Value(std::move(result))).str());
    });
    _exit(0);
  }
  close(ends[1]);
  return {&job, pid, ends[0], ""};
}

void finish(Child &child, const Run &run) {
  int status = 0;
  close(child.output);
  waitpid(child.pid, &status, 0);
  // Whole lines; the machine behind the last of them is the one that crashed,
  // and those behind it did not come to run.
  StringRef text = StringRef(child.text).take_front(child.text.rfind('\n') + 1);
  outs() << text;
  int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  bool late = number == SIGALRM || number == SIGXCPU || number == SIGKILL;
  std::string message = number ? formatv("signal {0}", strsignal(number)).str()
                               : formatv("exit code {0}", WEXITSTATUS(status)).str();
  for (const Machine &machine : drop_begin(run.machines, text.count('\n')))
    outs() << json::Value(failed(*child.job, machine.cpu, late ? "timeout" : "crash", message))
           << "\n";
  outs().flush();
}

void runAll(ArrayRef<Job> jobs, const Run &run) {
  std::vector<Child> running;
  for (size_t next = 0; next < jobs.size() || !running.empty();) {
    while (running.size() < jobCount && next < jobs.size())
      running.push_back(start(jobs[next++], run));
    std::vector<pollfd> waiting;
    for (Child &child : running)
      waiting.push_back({child.output, POLLIN, 0});
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
      return;
    for (size_t i = running.size(); i-- > 0;) {
      char buffer[4096];
      if (!waiting[i].revents)
        continue;
      ssize_t count = read(running[i].output, buffer, sizeof buffer);
      if (count > 0) {
        running[i].text.append(buffer, count);
        continue;
      }
      finish(running[i], run);
      running.erase(running.begin() + i);
    }
  }
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  registerAllTargets(TargetRegistry::global());
  if (!loadPlugins(argc, argv, registerEveryPass))
    return 1;
  cl::ParseCommandLineOptions(argc, argv,
                              "runs jobs, one JSON object a line, from standard input\n");
  auto buffer = MemoryBuffer::getSTDIN();
  if (!buffer)
    return 1;
  std::vector<Job> jobs;
  for (line_iterator line(**buffer); !line.is_at_eof(); ++line) {
    Expected<json::Value> value = json::parse(*line);
    std::optional<Job> job = value ? parseJob(*value) : std::nullopt;
    if (!value)
      consumeError(value.takeError());
    if (!job) {
      errs() << "error: line " << line.line_number() << ": expected a job\n";
      return 1;
    }
    jobs.push_back(std::move(*job));
  }
  if (cpus.empty())
    cpus.push_back("");
  Run run;
  for (const std::string &cpu : cpus)
    run.machines.push_back({target, cpu});
  if (!sameAs.empty())
    run.oracle = Machine{sameAs, ""};
  // Children inherit the context, which must not own threads then.
  mlir::DialectRegistry registry;
  registerEverything(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  context.loadAllAvailableDialects();
  run.context = &context;
  runAll(jobs, run);
  return 0;
}
