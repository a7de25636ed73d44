using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Finds the engine as the docker CLI does: address, context, <c>DOCKER_HOST</c>, <c>DOCKER_CONTEXT</c>, the chosen context, the system's own.</summary>
public static class DockerEndpointResolver
{
    private const string DefaultContext = "default";

    /// <summary>Finds it.</summary>
    /// <param name="options">What was said explicitly.</param>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="OperationException"><c>DockerEndpointInvalid</c>, <c>DockerContextInvalid</c>.</exception>
    public static DockerEndpoint Resolve(DockerOptions options, Func<string, string?>? read = null)
    {
        string? Variable(string name) => (read ?? Environment.GetEnvironmentVariable)(name) is { Length: > 0 } value ? value : null;
        if (options.Host is { Length: > 0 } host)
        {
            return OfAddress(host, options.CertificateFolder, Variable);
        }

        if (options.Context is { Length: > 0 } named)
        {
            return OfContext(named, options.CertificateFolder, Variable);
        }

        if (Variable("DOCKER_HOST") is { } variable)
        {
            return OfAddress(variable, options.CertificateFolder, Variable);
        }

        var context = Variable("DOCKER_CONTEXT") ?? CurrentContext(ConfigurationFolder(Variable)) ?? DefaultContext;
        return OfContext(context, options.CertificateFolder, Variable);
    }

    /// <summary>The docker CLI's folder: <c>DOCKER_CONFIG</c>, else <c>~/.docker</c>.</summary>
    private static string ConfigurationFolder(Func<string, string?> variable) =>
        variable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    private static DockerEndpoint OfAddress(string address, string? folder, Func<string, string?> variable)
    {
        // As the CLI: TLS is asked for by its own variables, whatever the port.
        var tls = folder is not null || variable("DOCKER_TLS_VERIFY") is not null || variable("DOCKER_TLS") is not null;
        return DockerEndpoint.Parse(address, tls, folder ?? variable("DOCKER_CERT_PATH") ?? ConfigurationFolder(variable)) with
        {
            SkipVerification = folder is null && tls && variable("DOCKER_TLS_VERIFY") is null,
        };
    }

    private static string? CurrentContext(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        using var document = ReadJson(path);
        return document is not null && document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("currentContext", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } name
            ? name : null;
    }

    private static DockerEndpoint OfContext(string name, string? folder, Func<string, string?> variable)
    {
        if (string.Equals(name, DefaultContext, StringComparison.Ordinal))
        {
            return DockerEndpoint.Parse(OperatingSystem.IsWindows() ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock");
        }

        var root = Path.Combine(ConfigurationFolder(variable), "contexts");
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        var path = Path.Combine(root, "meta", hash, "meta.json");
        using var document = ReadJson(path) ?? throw new OperationException(DockerErrors.ContextInvalid, $"There is no Docker context '{name}' in {root}.", name);
        try
        {
            var endpoint = document.RootElement.GetProperty("Endpoints").GetProperty("docker");
            var address = endpoint.GetProperty("Host").GetString() ?? throw new InvalidOperationException("Host is null.");
            var certificates = Path.Combine(root, "tls", hash, "docker");
            var own = folder ?? (Directory.Exists(certificates) ? certificates : null);
            var skip = endpoint.TryGetProperty("SkipTLSVerify", out var value) && value.ValueKind == JsonValueKind.True;
            return DockerEndpoint.Parse(address, own is not null || skip, own) with { Context = name, SkipVerification = skip };
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new OperationException(DockerErrors.ContextInvalid, $"Docker context '{name}' names no Docker endpoint ({path}).", name, error);
        }
    }

    private static JsonDocument? ReadJson(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OperationException(DockerErrors.ContextInvalid, $"The docker CLI's file {path} cannot be read: {error.Message}", path, error);
        }
    }
}
