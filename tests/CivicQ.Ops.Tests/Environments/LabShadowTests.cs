using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class LabShadowTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("Get-CivicQEnvironment lab")]
    [InlineData("Connect-CivicQ lab")]
    [InlineData("Get-CivicQHealth Site -Environment lab, other")]
    public void An_environment_that_hides_the_running_lab_is_warned_about_once(string line)
    {
        work.Configure(("LAB", """{"site": {"url": "http://127.0.0.1:1"}}"""), ("other", """{"site": {"url": "http://127.0.0.1:1"}}"""));
        Assert.Contains("hidden", Assert.Single(work.Invoke(line).Warnings), StringComparison.Ordinal);
        Assert.Empty(work.Invoke("Get-CivicQEnvironment other").Warnings);
    }
}
