using CivicQ.Ops.Core.Tests.Journal;

// Tests start this assembly again where they need another process; the test runner never comes here.
return JournalProcess.Run(args);
