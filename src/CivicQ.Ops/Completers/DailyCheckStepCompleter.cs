using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Procedures.DailyCheck;

namespace CivicQ.Ops.Completers;

/// <summary>Completes the steps of the daily check by name.</summary>
public sealed class DailyCheckStepCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return DailyCheckRunner.Steps
            .Where(step => pattern.IsMatch(step.Name))
            .Select(step => new CompletionResult(
                step.Name.Contains(' ', StringComparison.Ordinal) ? $"'{step.Name}'" : step.Name, step.Name, CompletionResultType.ParameterValue, $"Step {step.Step}"));
    }
}
