using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database;

/// <summary>Addresses of several servers, of which one is there.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class HostChoiceTests(DatabaseFixture server)
{
    private EnvironmentContext Context(string target)
    {
        var postgres = server.Server;
        // Nothing listens on port 1.
        var url = $"postgresql://{postgres.User}:{postgres.Password}@127.0.0.1:1,{postgres.Host}:{postgres.Port}/civicq?sslmode=disable{target}";
        return new(
            new CivicQEnvironment { Name = "lab", TimeoutSeconds = 60, Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "U") } }, new FixedSecrets(url), new Recorder());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&target_session_attrs=read-write")]
    [InlineData("&target_session_attrs=primary")]
    [InlineData("&target_session_attrs=prefer-standby")]
    public async Task The_one_that_answers_and_is_meant_is_kept(string target)
    {
        var address = await DatabaseAddress.ResolveAsync(Context(target), default);
        Assert.Equal((server.Server.Host, server.Server.Port), (address.Host, address.Port));
        await using var connection = await DatabaseConnector.OpenAsync(Context(target), default);
        Assert.Equal(server.Server.Port, connection.Port);
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("read-only")]
    public async Task Where_none_is_meant_that_is_an_error(string target)
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => DatabaseAddress.ResolveAsync(Context("&target_session_attrs=" + target), default));
        Assert.Same(DatabaseErrors.Unreachable, error.Definition);
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
    }
}
