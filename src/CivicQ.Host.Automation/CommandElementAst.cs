namespace System.Management.Automation.Language;

/// <summary>A name, parameter or argument of a command.</summary>
public abstract class CommandElementAst(IScriptExtent extent) : Ast(extent)
{
}
