using System.Diagnostics;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Tests.Environments;

public sealed class RelativePathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Paths_in_the_file_start_from_its_folder()
    {
        const string Text = """
            { "environments": { "x": {
              "api": { "url": "https://x", "adminToken": "file:secrets/token" },
              "database": { "url": "postgresql://db/civicq?sslrootcert=pki/root.pem", "password": "file:../db" },
              "logs": { "application": ["app.log"], "access": ["/var/log/access.log"] },
              "tls": { "certificateAuthority": "pki/ca.pem" } } } }
            """;
        var environment = Assert.Single(EnvironmentReader.Read(Encoding.UTF8.GetBytes(Text), folder.File("environments.json"), []).Environments);
        Assert.Equal(folder.File("secrets/token"), environment.Api!.AdminToken!.Location);
        Assert.Equal(Path.GetFullPath(folder.File("../db")), environment.Database!.Password!.Location);
        Assert.Equal(folder.File("pki/root.pem"), environment.Database.RootCertificate);
        Assert.Equal([folder.File("app.log")], environment.Logs!.Application);
        Assert.Equal(["/var/log/access.log"], environment.Logs.Access);
        Assert.Equal(folder.File("pki/ca.pem"), environment.Tls.CertificateAuthority);

        Directory.CreateDirectory(folder.File("secrets"));
        await File.WriteAllTextAsync(folder.File("secrets/token"), "t0ken\n");
        Assert.Equal("t0ken", await new SecretResolver().ResolveAsync(environment.Api.AdminToken, CancellationToken.None));
    }

    [Fact]
    public async Task Paths_in_variables_start_from_the_current_location()
    {
        await File.WriteAllTextAsync(folder.File("token"), "t0ken");
        CurrentFolder.Set(folder.Path);
        try
        {
            Assert.Equal(folder.File("ca.pem"), VariableEnvironment.Read(name => name == "CIVICQ_CA_FILE" ? "ca.pem" : null).Tls.CertificateAuthority);
            Assert.Equal("t0ken", await new SecretResolver().ResolveAsync(new SecretReference(SecretScheme.File, "token"), CancellationToken.None));
        }
        finally
        {
            CurrentFolder.Set(null);
        }
    }

    [Fact]
    public async Task A_file_that_is_too_large_for_a_secret_is_an_error_and_not_read()
    {
        await File.WriteAllBytesAsync(folder.File("fits"), [.. Enumerable.Repeat((byte)'x', 64 * 1024)]);
        await File.WriteAllBytesAsync(folder.File("large"), [.. Enumerable.Repeat((byte)'x', (64 * 1024) + 1)]);
        Assert.Equal(64 * 1024, (await ResolveAsync("fits")).Length);
        var error = await Assert.ThrowsAsync<OperationException>(() => ResolveAsync("large"));
        Assert.Equal(EnvironmentErrors.SecretNotFound, error.Definition);
        Assert.Contains("64 KiB", error.Message, StringComparison.Ordinal);
        Assert.Contains("64 KiB", (await Assert.ThrowsAsync<OperationException>(() => ResolveAsync("/dev/zero"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_refused_at_once()
    {
        using (var maker = Process.Start("mkfifo", [folder.File("pipe")]))
        {
            await maker.WaitForExitAsync();
            Assert.Equal(0, maker.ExitCode);
        }

        var error = await Assert.ThrowsAsync<OperationException>(() => Task.Run(() => ResolveAsync("pipe")).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Contains("pipe, not a file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_and_a_missing_file_are_errors()
    {
        Assert.Equal(EnvironmentErrors.SecretNotFound, (await Assert.ThrowsAsync<OperationException>(() => ResolveAsync("."))).Definition);
        Assert.Equal(EnvironmentErrors.SecretNotFound, (await Assert.ThrowsAsync<OperationException>(() => ResolveAsync("nosuch"))).Definition);
    }

    private async Task<string> ResolveAsync(string name) =>
        await new SecretResolver().ResolveAsync(new SecretReference(SecretScheme.File, Path.Combine(folder.Path, name)), CancellationToken.None);
}
