using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database;

public sealed class DatabaseAddressTests
{
    private static EnvironmentContext Context(string url) => new(
        new CivicQEnvironment { Name = "lab", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "U") } }, new FixedSecrets(url), NullReporter.Instance);

    private static DatabaseSettings Read(string url)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "environments.json");
        File.WriteAllText(path, $$"""{ "environments": { "lab": { "database": { "url": "{{url}}" } } } }""");
        var read = new EnvironmentFile(path, []).Read();
        return read.Environments.Count == 1 && read.Environments[0].Database is { } database ? database : throw new OperationException(DatabaseErrors.InvalidAddress, "refused");
    }

    [Theory]
    [InlineData("postgresql://u@h/db?sslmode=disable&sslmode=require", "h", "Require")]
    [InlineData("postgresql+asyncpg://u@h/db?host=/run/a&HOST=/run/b", "/run/b", "Prefer")]
    public async Task Of_what_an_address_says_twice_the_last_counts(string url, string host, string mode)
    {
        var context = Context(url);
        var address = await DatabaseAddress.ResolveAsync(context, CancellationToken.None);
        Assert.Equal((host, mode, "db"), (address.Host, address.SslMode.ToString(), address.Database));
    }

    // Every form of libpq's and SQLAlchemy's documentation.
    [Theory]
    [InlineData("postgresql://", "localhost", 5432, "", "", null)]
    [InlineData("postgresql://h", "h", 5432, "", "", null)]
    [InlineData("POSTGRES://h:5433", "h", 5433, "", "", null)]
    [InlineData("postgresql://u:p%40%2F@h/db", "h", 5432, "db", "u", "p@/")]
    [InlineData("postgresql://u:p@q@h:1/d%20b", "h", 1, "d b", "u", "p@q")]
    [InlineData("postgresql://[2001:db8::1234]/db", "2001:db8::1234", 5432, "db", "", null)]
    [InlineData("postgresql://u@[::1]:5433/db", "::1", 5433, "db", "u", null)]
    [InlineData("postgresql:///db?host=/var/run/postgresql&port=5433", "/var/run/postgresql", 5433, "db", "", null)]
    [InlineData("postgresql://u:pw@/db?host=/run/postgresql", "/run/postgresql", 5432, "db", "u", "pw")]
    [InlineData("postgresql+psycopg2://u:pw@:5434/db?host=/run/postgresql", "/run/postgresql", 5434, "db", "u", "pw")]
    [InlineData("postgresql://u@%2Frun%2Fpostgresql/db", "/run/postgresql", 5432, "db", "u", null)]
    [InlineData("postgresql://h1/db?host=h2&port=2&user=x&password=y&dbname=z", "h2", 2, "z", "x", "y")]
    [InlineData("postgresql+asyncpg://u@/db?host=h:7", "h", 7, "db", "u", null)]
    [InlineData("postgresql://h/db?hostaddr=192.0.2.1&host=name", "192.0.2.1", 5432, "db", "", null)]
    [InlineData("postgresql://h:5433/db?connect_timeout=3&application_name=a&prepared_statement_cache_size=0", "h", 5433, "db", "", null)]
    public async Task Each_form_of_an_address_is_understood(string url, string host, int port, string database, string user, string? password)
    {
        var address = await DatabaseAddress.ResolveAsync(Context(url), CancellationToken.None);
        Assert.Equal((host, port, database, user, password), (address.Host, address.Port, address.Database ?? "", address.Username ?? "", address.Password));
    }

    [Theory]
    [InlineData("postgresql://h1:5432,h2:5433,[::1]/db", "h1:5432 h2:5433 ::1:5432")]
    [InlineData("postgresql:///db?host=h1,h2&port=1,2", "h1:1 h2:2")]
    [InlineData("postgresql:///db?host=/run/a,h2&port=7", "/run/a:7 h2:7")]
    [InlineData("postgresql+psycopg2://u:p@/db?host=h1:1&host=h2:2", "h1:1 h2:2")]
    public void Several_hosts_are_tried_in_their_order(string url, string hosts) =>
        Assert.Equal(hosts, string.Join(' ', PostgresUrl.Parse(url).Hosts.Select(host => $"{host.Name}:{host.Port}")));

    [Theory]
    [InlineData("mysql://h/db")]
    [InlineData("h:5432")]
    [InlineData("postgresql://h:x/db")]
    [InlineData("postgresql://h:70000/db")]
    [InlineData("postgresql://[::1/db")]
    [InlineData("postgresql:///db?host=a,b,c&port=1,2")]
    [InlineData("postgresql://h/db?service=prod")]
    [InlineData("postgresql://h/db?target_session_attrs=whatever")]
    [InlineData("postgresql://h/db?host=n&hostaddr=192.0.2.1&sslmode=verify-full")]
    public async Task What_could_mean_another_server_is_refused(string url)
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => DatabaseAddress.ResolveAsync(Context(url), CancellationToken.None));
        Assert.Same(DatabaseErrors.InvalidAddress, error.Definition);
    }

    [Fact]
    public async Task Options_of_the_session_are_kept()
    {
        Assert.Equal("-csearch_path=app -c x=1", (await DatabaseAddress.ResolveAsync(Context("postgresql://h/db?options=-csearch_path%3Dapp+-c%20x%3D1"), default)).Options);
        var context = Context("postgresql://h/db?options=-csearch_path%3Dapp");
        var parts = context with { Environment = context.Environment with { Database = context.Environment.Database! with { Password = new SecretReference(SecretScheme.Variable, "P") } } };
        Assert.Contains("options=-csearch_path%3Dapp", (await AlembicAddress.ResolveAsync(parts, default)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_address_in_the_file_may_have_every_form()
    {
        const string Several = "postgresql://u@h1,h2:5433/db?target_session_attrs=primary";
        var one = Read("postgresql://u@/db?host=/run/postgresql&port=5433");
        Assert.Equal(("/run/postgresql", 5433, "db", "u", null), (one.Host, one.Port, one.Name, one.User, one.Address));
        var several = Read(Several);
        Assert.Equal(("h1", 5432, "db", Several), (several.Host, several.Port, several.Name, several.Address));
        Assert.ThrowsAny<OperationException>(() => Read("postgresql://h/db?user=u&password=secret"));
    }
}
