using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Services;

/// <summary>A real platform with a small CivicQ on it, and what only its own tools can do to it.</summary>
public interface IServicePlatform
{
    /// <summary>The platform's name as results have it.</summary>
    string Name { get; }

    /// <summary>The kind of the service backend.</summary>
    string Kind { get; }

    /// <summary>The platform's name of the service backend.</summary>
    string Backend { get; }

    /// <summary>Starts it once; the test is skipped where it cannot run.</summary>
    /// <returns>The part <c>services</c> of an environment.</returns>
    Task<JsonObject> ServicesAsync();

    /// <summary>Gives the backend another revision, and waits until it runs.</summary>
    Task ReviseAsync();

    /// <summary>Says with the platform's own tool what identifies the backend's instances: it changes with each restart.</summary>
    Task<string> IdentityAsync();

    /// <summary>Says with the platform's own tool what the backend's revision runs.</summary>
    Task<string> TemplateAsync();

    /// <summary>Says with the platform's own tool how many instances the workers have.</summary>
    Task<int> WorkersAsync();
}
