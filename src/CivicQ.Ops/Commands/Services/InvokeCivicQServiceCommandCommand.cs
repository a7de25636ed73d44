using System.Management.Automation;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Runs a program within instances of services, without a shell, and returns its exit code and both its streams.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CivicQServiceCommand", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceCommandResult))]
public sealed class InvokeCivicQServiceCommandCommand : ServiceInstanceCmdlet
{
    /// <summary>The services, by the name that they have in every environment or by the platform's; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public override string[]? Service { get; set; }

    /// <summary>The program.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    /// <summary>Its arguments, each as it is: no shell takes them apart.</summary>
    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>What the program reads from its standard input, as UTF-8.</summary>
    [Parameter]
    public string? InputText { get; set; }

    /// <summary>The container, where an instance has several; its main one without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceContainerCompleter))]
    public string? Container { get; set; }

    /// <summary>In every instance that runs; in the first ready one alone without it.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>How long the program may take.</summary>
    [Parameter]
    [ValidateRange(0.1, 604800)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Without the input, which may be a secret as well as a script of a megabyte.</summary>
    private protected override IEnumerable<KeyValuePair<string, object>> JournalledParameters => base.JournalledParameters.Where(parameter => parameter.Key != nameof(InputText));

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var instances = await InstancesAsync(host, services, cancellationToken).ConfigureAwait(false);
        foreach (var service in services)
        {
            var running = instances.Where(instance => instance.Service == service.Service && instance.State == ServiceInstanceState.Running).OrderByDescending(instance => instance.IsReady).ToList();
            if (running.Count == 0 && (Instance is null || instances.Any(instance => instance.Service == service.Service)))
            {
                ReportError(
                    new OperationException(ServiceErrors.InstanceNotRunning, $"No instance of {service.Service} in '{host.Environment}' runs. {service.Reason}".TrimEnd(), service.Service), service.Service);
            }

            foreach (var instance in All || Instance is not null ? running : running.Take(1))
            {
                await InvokeAsync(host, instance, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task InvokeAsync(IServiceHost host, ServiceInstance instance, CancellationToken cancellationToken)
    {
        var run = new ServiceCommandRun([Command, .. ArgumentList])
        {
            Container = Container, Input = InputText is null ? null : Encoding.UTF8.GetBytes(InputText), Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        if (await ShouldProcessAsync($"{instance.Instance} of environment '{host.Environment}' ({host.Address})", $"Run {run.Description}", host.Environment).ConfigureAwait(false))
        {
            try
            {
                await WriteAsync(await run.ExecuteAsync(host, instance, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error)
            {
                ReportError(error, instance.Instance);
            }
        }
    }
}
