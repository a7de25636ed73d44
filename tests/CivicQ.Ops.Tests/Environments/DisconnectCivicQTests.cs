using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class DisconnectCivicQTests : IDisposable
{
    private readonly Workspace work = new();

    [Fact]
    public void The_choice_is_forgotten_and_the_variable_counts_again()
    {
        work.Set("CIVICQ_ENVIRONMENT", "default");
        work.Run("Connect-CivicQ lab");
        var result = work.Run("Disconnect-CivicQ -Verbose");
        Assert.Empty(result.Output);
        Assert.Equal(["Disconnected from lab."], result.Verbose);
        Assert.Equal(["False"], work.Run("Get-CivicQEnvironment lab").Texts("Connected"));
        Assert.Equal(["True"], work.Run("Get-CivicQEnvironment default").Texts("IsDefault"));
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void Without_a_choice_nothing_happens() =>
        Assert.Equal(["This session was not connected."], work.Run("Disconnect-CivicQ -Verbose").Verbose);

    [Fact]
    public void It_takes_no_arguments()
    {
        work.Run("Connect-CivicQ lab");
        Assert.Equal(ExitCodes.Usage, work.Invoke("Disconnect-CivicQ lab").ExitCode);
        Assert.Equal(["True"], work.Run("Get-CivicQEnvironment lab").Texts("Connected"));
    }

    [Fact]
    public void Stopped_before_it_began_it_leaves_the_choice()
    {
        work.Run("Connect-CivicQ lab");
        Assert.True(work.Invoke("Disconnect-CivicQ", new CancellationToken(canceled: true)).Stopped);
        Assert.Equal(["True"], work.Run("Get-CivicQEnvironment lab").Texts("Connected"));
    }

    public void Dispose() => work.Dispose();
}
