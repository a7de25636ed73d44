namespace System.Management.Automation;

/// <summary>The value of a switch.</summary>
public readonly struct SwitchParameter(bool isPresent) : IEquatable<SwitchParameter>
{
    public static SwitchParameter Present => new(true);

    public bool IsPresent { get; } = isPresent;

    public static implicit operator bool(SwitchParameter switchParameter) => switchParameter.IsPresent;

    public static implicit operator SwitchParameter(bool value) => new(value);

    public static bool operator ==(SwitchParameter first, SwitchParameter second) => first.Equals(second);

    public static bool operator !=(SwitchParameter first, SwitchParameter second) => !first.Equals(second);

    public static bool operator ==(SwitchParameter first, bool second) => first.IsPresent == second;

    public static bool operator !=(SwitchParameter first, bool second) => first.IsPresent != second;

    public static bool operator ==(bool first, SwitchParameter second) => first == second.IsPresent;

    public static bool operator !=(bool first, SwitchParameter second) => first != second.IsPresent;

    public bool ToBool() => IsPresent;

    public bool Equals(SwitchParameter other) => IsPresent == other.IsPresent;

    public override bool Equals(object? obj) => obj switch
    {
        bool value => IsPresent == value,
        SwitchParameter other => Equals(other),
        _ => false,
    };

    public override int GetHashCode() => IsPresent.GetHashCode();

    public override string ToString() => IsPresent.ToString();
}
