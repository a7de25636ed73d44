using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Sessions with the cmdlets of this folder.</summary>
internal static class SampleSession
{
    public static HostSession Open()
    {
        var session = HostSession.Create(null);
        session.Commands.Register("Get-Sample", typeof(GetSampleCommand), "gsa");
        session.Commands.Register("Join-Sample", typeof(JoinSampleCommand));
        session.Commands.Register("Read-Sample", typeof(ReadSampleCommand));
        session.Commands.Register("Invoke-Stage", typeof(InvokeStageCommand));
        session.Commands.Register("Set-Sample", typeof(SetSampleCommand));
        session.Commands.Register("Remove-Sample", typeof(RemoveSampleCommand));
        session.Commands.Register("Write-Failure", typeof(WriteFailureCommand));
        session.Commands.Register("Write-Stream", typeof(WriteStreamCommand));
        session.Commands.Register("Wait-Sample", typeof(WaitSampleCommand));
        session.Commands.Register("Get-RunspaceSample", typeof(GetRunspaceSampleCommand));
        return session;
    }
}
