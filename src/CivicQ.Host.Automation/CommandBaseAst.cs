namespace System.Management.Automation.Language;

/// <summary>A command or an expression in a pipeline.</summary>
public abstract class CommandBaseAst(IScriptExtent extent) : StatementAst(extent)
{
}
