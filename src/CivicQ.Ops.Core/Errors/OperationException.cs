using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Errors;

/// <summary>An operation failed in a way that the catalogue knows; the message says what, for which target.</summary>
public sealed class OperationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="definition">The catalogue's entry.</param>
    /// <param name="message">What happened this time. Never holds a secret; control characters of servers' words are taken out here.</param>
    /// <param name="target">The thing that it happened to (environment, endpoint, table …).</param>
    /// <param name="innerException">The cause.</param>
    public OperationException(ErrorDefinition definition, string message, string? target = null, Exception? innerException = null)
        : base(OneLine.Of(message), innerException)
    {
        Definition = definition;
        Target = OneLine.OfAny(target);
    }

    /// <summary>The catalogue's entry: identifier, category, next step.</summary>
    public ErrorDefinition Definition { get; }

    /// <summary>The thing that it happened to, or <see langword="null"/>.</summary>
    public string? Target { get; }
}
