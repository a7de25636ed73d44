namespace System.Management.Automation;

/// <summary>Gives the values of a ValidateSet at run time.</summary>
public interface IValidateSetValuesGenerator
{
    string[] GetValidValues();
}
