using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Health;

/// <summary>Marked secrets in every place where one can be, and no output that holds them.</summary>
public class PlantedSecretTests(LabFixture lab) : CmdletTests(lab)
{
    private const string Planted = "MARKEDs3cret";

    [Theory]
    [InlineData("Get-CivicQMetric -Environment planted")]
    [InlineData("Get-CivicQMetric -Uri {0}")]
    [InlineData("Get-CivicQCertificate {1} -TimeoutSeconds 2")]
    [InlineData("Test-CivicQCertificate {1} -TimeoutSeconds 2")]
    [InlineData("Test-CivicQCertificate -Environment planted")]
    [InlineData("Test-CivicQEndpoint {0}")]
    [InlineData("Test-CivicQEndpoint -Environment planted")]
    [InlineData("Test-CivicQEnvironment -Environment planted")]
    [InlineData("Wait-CivicQHealth Api, Site, Database, Cache -Environment planted -TimeoutSeconds 0.2 -Interval 00:00:00.1")]
    [InlineData("Invoke-CivicQDailyCheck -Environment planted")]
    [InlineData("Get-CivicQHealth -Environment planted")]
    public void Nothing_that_is_written_holds_a_secret(string line)
    {
        using var work = new Workspace();
        var secret = work.SecretFile(Planted);
        var closed = LoopbackServer.ClosedPort();
        var database = LabParts.Database(password: "file:" + secret);
        var address = $"http://user:{Planted}@127.0.0.1:{closed}/x?token={Planted}";
        var environment = new JsonObject
        {
            ["api"] = new JsonObject { ["url"] = LabParts.ApiAddress, ["adminToken"] = "file:" + secret },
            ["site"] = new JsonObject { ["url"] = $"http://127.0.0.1:{closed}/?key={Planted}" },
            ["database"] = database,
            ["cache"] = LabParts.Cache(password: "file:" + secret),
            ["queue"] = new JsonObject(),
            ["tls"] = LabParts.Tls(),
            ["timeoutSeconds"] = 30,
        };
        work.Configure(("planted", environment.ToJsonString()));
        var result = work.Invoke(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, $"'{address}'", $"'https://user:{Planted}@127.0.0.1:{closed}/?token={Planted}'") + " -Verbose -Debug");
        Assert.True(result.Output.Count + result.Errors.Count > 0);
        Assert.DoesNotContain(Planted, result.Everything(), StringComparison.Ordinal);
        Assert.DoesNotContain(work.JournalLines, entry => entry.Contains(Planted, StringComparison.Ordinal));
    }
}
