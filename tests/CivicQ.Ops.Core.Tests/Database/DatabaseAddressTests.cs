using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgresql://u@h/db?sslmode=disable&sslmode=require", "h", "Require")]
    [InlineData("postgresql+asyncpg://u@h/db?host=/run/a&HOST=/run/b", "/run/b", "Prefer")]
    public async Task Of_what_an_address_says_twice_the_last_counts(string url, string host, string mode)
    {
        var context = new EnvironmentContext(
            new CivicQEnvironment { Name = "lab", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "U") } }, new FixedSecrets(url), NullReporter.Instance);
        var address = await DatabaseAddress.ResolveAsync(context, CancellationToken.None);
        Assert.Equal((host, mode, "db"), (address.Host, address.SslMode.ToString(), address.Database));
    }
}
