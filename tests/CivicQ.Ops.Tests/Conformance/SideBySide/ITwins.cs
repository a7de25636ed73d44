using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>Two services <c>left</c> and <c>right</c>, in a place of their own, and the platform's own tool.</summary>
internal interface ITwins : IAsyncDisposable
{
    /// <summary>The namespace's or project's name.</summary>
    string Space { get; }

    /// <summary>The part <c>services</c> of an environment.</summary>
    JsonObject Services { get; }

    /// <summary>Runs kubectl or docker on the place.</summary>
    Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyList<string> line);
}
