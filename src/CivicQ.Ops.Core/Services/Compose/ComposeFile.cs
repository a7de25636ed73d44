using System.Globalization;
using CivicQ.Ops.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>What this module needs of Compose files; Compose itself judges the rest.</summary>
public sealed class ComposeFile
{
    private ComposeFile(string? name, IReadOnlyDictionary<string, ComposeFileService> services) => (Name, Services) = (name, services);

    /// <summary>The project's name, where the files have one.</summary>
    public string? Name { get; }

    /// <summary>The services by name.</summary>
    public IReadOnlyDictionary<string, ComposeFileService> Services { get; }

    /// <summary>Reads files, later ones over earlier ones.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="environmentFile">The file of variables; <c>.env</c> beside the first file without it.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="OperationException"><c>ComposeFileNotFound</c>, <c>ComposeFileInvalid</c>, <c>ComposeVariableMissing</c>.</exception>
    public static ComposeFile Read(IReadOnlyList<string> paths, string? environmentFile = null)
    {
        var variables = ComposeVariables.Read(environmentFile ?? Path.Combine(Path.GetDirectoryName(paths[0]) ?? "", ".env"), environmentFile is not null);
        var interpolation = new ComposeInterpolation(variables);
        string? name = null;
        var services = new SortedDictionary<string, ComposeFileService>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var map = new ComposeNode(path, Load(path), interpolation);
            name = map.Part("name")?.Text ?? name;
            foreach (var (key, service) in map.Part("services")?.Members() ?? [])
            {
                services[key] = Service(service, services.GetValueOrDefault(key) ?? new ComposeFileService { Name = key });
            }
        }

        return services.Count > 0
            ? new ComposeFile(name, services)
            : throw new OperationException(ComposeErrors.FileInvalid, $"{paths[0]}: there is no service in it.", paths[0]);
    }

    private static ComposeFileService Service(ComposeNode node, ComposeFileService before)
    {
        var check = node.Part("healthcheck");
        return before with
        {
            Image = node.Part("image")?.Text ?? before.Image,
            IsBuilt = node.Part("build") is not null || before.IsBuilt,
            Replicas = (node.Part("scale") ?? node.Part("deploy")?.Part("replicas"))?.Count ?? before.Replicas,
            HasHealthCheck = check is null ? before.HasHealthCheck : check.Part("disable")?.Text is not "true",
            DependsOn = [.. before.DependsOn.Union(node.Part("depends_on")?.Names() ?? [], StringComparer.Ordinal)],
            Profiles = node.Part("profiles")?.Names() ?? before.Profiles,
        };
    }

    private static YamlNode Load(string path)
    {
        Parser? parser = null;
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            parser = new Parser(reader);
            stream.Load(parser);
            return stream.Documents.Count > 0 ? stream.Documents[0].RootNode : new YamlMappingNode();
        }
        catch (YamlException error)
        {
            throw Broken(path, error.Start, error.InnerException?.Message ?? error.Message, error);
        }
        catch (Exception error) when (error is InvalidOperationException && parser is not null)
        {
            // The parser stumbles over its own state where a list is not closed.
            throw Broken(path, parser.Current?.End ?? Mark.Empty, "this is not YAML.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(ComposeErrors.FileNotFound, $"The Compose file cannot be read: {error.Message}", path, error);
        }
    }

    private static OperationException Broken(string path, Mark at, string words, Exception error) =>
        new(ComposeErrors.FileInvalid, string.Create(CultureInfo.InvariantCulture, $"{path}, line {at.Line}, column {at.Column}: {words}"), path, error);
}
