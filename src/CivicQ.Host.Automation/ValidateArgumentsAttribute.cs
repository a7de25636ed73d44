namespace System.Management.Automation;

/// <summary>Base of the attributes that accept or refuse a parameter's value.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class ValidateArgumentsAttribute : CmdletMetadataAttribute
{
    /// <summary>Throws <see cref="ValidationMetadataException"/> where the value is refused.</summary>
    protected abstract void Validate(object? arguments, EngineIntrinsics? engineIntrinsics);

    internal void InternalValidate(object? value) => Validate(value, null);
}
