// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiles and runs many small models: each in a child process with limits, so
// that a crash or a loop costs one job, while all share one start-up.
//
//   pith-conformance --target=T [--cpu=C] [--jobs=N] < jobs.jsonl > results.jsonl
#include "pith/Target/AllTargets.h"
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
static cl::opt<std::string> cpu("cpu");
static cl::opt<unsigned> jobCount("jobs", cl::init(2));
static cl::opt<unsigned> seconds("seconds", cl::init(30), cl::desc("of each job"));
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

Child start(const Job &job, const CompileOptions &options, mlir::MLIRContext *context) {
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
    limit(RLIMIT_CPU, seconds);
    limit(RLIMIT_CORE, 0);
    for (int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
      signal(number, SIG_DFL); // no stack traces
    alarm(2 * seconds);
    std::string line = formatv("{0}", json::Value(runJob(job, options, context))).str();
    for (size_t at = 0; at < line.size();) {
      ssize_t written = write(ends[1], line.data() + at, line.size() - at);
      if (written <= 0)
        break;
      at += written;
    }
    _exit(0);
  }
  close(ends[1]);
  return {&job, pid, ends[0], ""};
}

void finish(Child &child) {
  int status = 0;
  close(child.output);
  waitpid(child.pid, &status, 0);
  Expected<json::Value> value = json::parse(child.text);
  if (value && WIFEXITED(status)) {
    outs() << child.text << "\n";
  } else {
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    bool late = number == SIGALRM || number == SIGXCPU || number == SIGKILL;
    std::string message = number ? formatv("signal {0}", strsignal(number)).str()
                                 : formatv("exit code {0}", WEXITSTATUS(status)).str();
    outs() << json::Value(failed(*child.job, late ? "timeout" : "crash", message)) << "\n";
  }
  if (!value)
    consumeError(value.takeError());
  outs().flush();
}

void runAll(ArrayRef<Job> jobs, const CompileOptions &options, mlir::MLIRContext *context) {
  std::vector<Child> running;
  for (size_t next = 0; next < jobs.size() || !running.empty();) {
    while (running.size() < jobCount && next < jobs.size())
      running.push_back(start(jobs[next++], options, context));
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
      finish(running[i]);
      running.erase(running.begin() + i);
    }
  }
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv,
                              "runs jobs, one JSON object a line, from standard input\n");
  registerAllTargets(TargetRegistry::global());
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
  CompileOptions options;
  options.shaping.target = target;
  options.shaping.cpu = cpu;
  // Children inherit the context, which must not own threads then.
  mlir::DialectRegistry registry;
  registerEverything(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  context.loadAllAvailableDialects();
  runAll(jobs, options, &context);
  return 0;
}
