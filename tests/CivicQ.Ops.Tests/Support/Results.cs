using System.Management.Automation;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests.Support;

/// <summary>Looks at what an invocation wrote.</summary>
internal static class Results
{
    private static readonly JsonSerializerOptions Json = new() { ReferenceHandler = ReferenceHandler.IgnoreCycles };

    /// <summary>The identifiers of the errors, without the cmdlet's class.</summary>
    public static IReadOnlyList<string> ErrorIds(this InvocationResult result) => [.. result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0])];

    /// <summary>One property of each object, as text.</summary>
    public static IReadOnlyList<string> Texts(this InvocationResult result, string property) => [.. result.Output.Select(item => item!.Text(property))];

    /// <summary>Everything that an invocation wrote on any stream, with all that the objects and errors hold: to look for secrets.</summary>
    public static string Everything(this InvocationResult result)
    {
        var text = new StringBuilder();
        foreach (var item in result.Output)
        {
            text.AppendLine(item?.ToString()).AppendLine(item is null ? "" : JsonSerializer.Serialize(item, item.GetType(), Json));
        }

        foreach (var error in result.Errors)
        {
            text.AppendLine(error.ToString()).AppendLine(error.Exception.ToString()).AppendLine(error.FullyQualifiedErrorId)
                .AppendLine(error.TargetObject?.ToString()).AppendLine(error.ErrorDetails?.RecommendedAction);
        }

        foreach (var line in result.Warnings.Concat(result.Verbose).Concat(result.Debug).Concat(result.WhatIf))
        {
            text.AppendLine(line);
        }

        foreach (var record in result.Progress)
        {
            text.AppendLine(record.Activity).AppendLine(record.StatusDescription).AppendLine(record.CurrentOperation);
        }

        return text.ToString();
    }

    /// <summary>Asserts that the errors are of these kinds and in the module's catalogue: a fitting category and a next step.</summary>
    public static void Failed(this InvocationResult result, params string[] ids)
    {
        Assert.Equal(ids, result.ErrorIds());
        Assert.All(result.Errors, error =>
        {
            Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
            Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction));
        });
        Assert.Equal(ExitCodes.Error, result.ExitCode);
    }
}
