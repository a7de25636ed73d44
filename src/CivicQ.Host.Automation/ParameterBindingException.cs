namespace System.Management.Automation;

/// <summary>An argument could not be bound.</summary>
public class ParameterBindingException : RuntimeException
{
    public ParameterBindingException()
        : this("A parameter could not be bound.")
    {
    }

    public ParameterBindingException(string message)
        : this(message, null)
    {
    }

    public ParameterBindingException(string message, Exception? innerException)
        : base(message, innerException)
    {
        ErrorId = nameof(ParameterBindingException);
        ParameterName = string.Empty;
    }

    internal ParameterBindingException(
        string message, string id, ErrorCategory category, InvocationInfo? invocation, string? parameter, Type? type, object? target, Exception? inner)
        : base(message, inner, id, category, target)
    {
        ErrorId = id;
        CommandInvocation = invocation;
        ParameterName = parameter ?? string.Empty;
        ParameterType = type;
    }

    public string ErrorId { get; }

    public string ParameterName { get; }

    public Type? ParameterType { get; }

    public Type? TypeSpecified { get; internal set; }

    public InvocationInfo? CommandInvocation { get; }

    public long Line => 1;

    public long Offset => 0;
}
