namespace System.Management.Automation.Language;

/// <summary>A statement.</summary>
public abstract class StatementAst(IScriptExtent extent) : Ast(extent)
{
}
