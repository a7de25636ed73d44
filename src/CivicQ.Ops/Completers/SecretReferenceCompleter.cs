using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace CivicQ.Ops.Completers;

/// <summary>Completes references to secrets: the forms, and after <c>env:</c> the names of this process's variables. Their values are not looked at.</summary>
public sealed class SecretReferenceCompleter : IArgumentCompleter
{
    private const string Variable = "env:";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(
            wordToComplete,
            wordToComplete.Trim('\'', '"').StartsWith(Variable, StringComparison.OrdinalIgnoreCase)
                ? Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.OrdinalIgnoreCase).Select(name => (Variable + name, "A variable of this process."))
                : [(Variable, "A variable: env:NAME"), ("file:", "A file: file:PATH"), ("secret:", "A vault of SecretManagement: secret:VAULT/NAME")],
            wildcards: false);
}
