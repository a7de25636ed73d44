using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Services;

/// <summary>The small CivicQ in a namespace of the lab's cluster.</summary>
public sealed class KubernetesPlatform : IServicePlatform, IAsyncLifetime
{
    private KubernetesNamespace? space;
    private int revision = 1;

    public string Name => "Kubernetes";

    public string Kind => "Deployment";

    public string Backend => "civicq-api";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }

    public async Task<JsonObject> ServicesAsync()
    {
        if (space is null)
        {
            space = await KubernetesNamespace.CreateAsync();
            await space.ApplyCivicQAsync();
            await RolledOutAsync();
        }

        return new JsonObject
        {
            ["kubernetes"] = new JsonObject { ["files"] = new JsonArray(space.Lab.Kubeconfig), ["context"] = "lab", ["namespace"] = space.Name },
            ["names"] = new JsonObject { ["celery-worker"] = "civicq-worker" },
        };
    }

    public async Task ReviseAsync()
    {
        await space!.KubectlAsync("set", "env", "deployment/civicq-api", $"RELEASE={++revision}");
        await RolledOutAsync();
    }

    public Task<string> IdentityAsync() => space!.KubectlAsync("get", "pods", "-l", "app=civicq-api", "-o", "jsonpath={.items[*].metadata.uid}");

    public Task<string> TemplateAsync() => space!.KubectlAsync("get", "deployment", "civicq-api", "-o", "jsonpath={.spec.template.spec.containers[0].env}");

    public async Task<int> WorkersAsync() => int.Parse(await space!.KubectlAsync("get", "deployment", "civicq-worker", "-o", "jsonpath={.spec.replicas}"), CultureInfo.InvariantCulture);

    /// <summary>Runs kubectl on the namespace.</summary>
    public Task<string> KubectlAsync(params IReadOnlyList<string> arguments) => space!.KubectlAsync(arguments);

    private Task<string> RolledOutAsync() => space!.KubectlAsync("rollout", "status", "deployment/civicq-api", "--timeout=180s");
}
