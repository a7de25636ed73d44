namespace System.Management.Automation;

/// <summary>Accepts a credential; a user's name alone would need a prompt for the password, which there is none of here.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class CredentialAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData switch
    {
        null => null,
        PSObject { BaseObject: PSCredential wrapped } => wrapped,
        PSCredential credential => credential,
        _ => throw new ArgumentTransformationMetadataException(
            "A credential cannot be prompted for here. Pass a PSCredential, or a reference to a secret where the cmdlet takes one."),
    };
}
