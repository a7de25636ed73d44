using CivicQ.Ops.Core.Tests.Journal;
using CivicQ.Ops.Core.Tests.Services.Docker;

// Tests start this assembly again where they need another process; the test runner never comes here.
return args is [OtherAccount.Argument, var address] ? OtherAccount.Run(address) : JournalProcess.Run(args);
