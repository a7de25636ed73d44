namespace System.Management.Automation;

/// <summary>The runtime with the information stream.</summary>
public interface ICommandRuntime2 : ICommandRuntime
{
    void WriteInformation(InformationRecord informationRecord);

    bool ShouldContinue(string query, string caption, bool hasSecurityImpact, ref bool yesToAll, ref bool noToAll);
}
