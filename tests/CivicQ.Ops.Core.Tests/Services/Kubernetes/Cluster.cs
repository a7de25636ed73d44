using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

/// <summary>This module's own view of a namespace of the lab's cluster.</summary>
internal static class Cluster
{
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;

    public static KubernetesOptions Options(KubernetesNamespace space, string context = "lab", string? file = null) => new()
    {
        Files = [file ?? space.Lab.Kubeconfig], Context = context, Namespace = space.Name, RequestTimeout = TimeSpan.FromSeconds(60),
    };

    public static async Task<IKubernetesClient> ClientAsync(KubernetesNamespace space, string context = "lab", string? file = null) =>
        await KubernetesClient.OpenAsync(Options(space, context, file), CancellationToken.None);

    public static async Task<KubernetesServiceHost> HostAsync(KubernetesNamespace space, string context = "lab", string? file = null) =>
        new("test", await ClientAsync(space, context, file), new ServiceNames(new Dictionary<string, string>()));

    public static async Task<ServiceInfo> ServiceAsync(IServiceHost host, string platformName) =>
        (await host.GetServicesAsync(Patience)).Single(service => service.PlatformName == platformName);

    public static async Task<ServiceInstance> InstanceAsync(IServiceHost host, string platformName) =>
        (await host.GetInstancesAsync([await ServiceAsync(host, platformName)], Patience)).OrderByDescending(item => item.IsReady).First();

    public static async Task<List<RolloutStatus>> WaitAsync(IServiceHost host, string platformName, long? revision = null)
    {
        var result = new List<RolloutStatus>();
        var service = await ServiceAsync(host, platformName);
        await foreach (var status in host.WatchRolloutAsync(service, revision, Patience))
        {
            result.Add(status);
        }

        return result;
    }

    /// <summary>A deployment of one container that runs a line of shell.</summary>
    public static string Deployment(string name, string script, string container = "", string pod = "", string spec = "", string image = "lab/busybox:latest") => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}}
        spec:
          {{{(spec.Length == 0 ? "replicas: 1" : spec)}}}
          selector: {matchLabels: {app: {{{name}}}}}
          template:
            metadata: {labels: {app: {{{name}}}}}
            spec:
              terminationGracePeriodSeconds: 1
              {{{pod}}}
              containers:
              - name: main
                image: {{{image}}}
                imagePullPolicy: IfNotPresent
                command: ["/bin/sh", "-c", {{{System.Text.Json.JsonSerializer.Serialize(script)}}}]
                {{{container}}}
        ---

        """;

    /// <summary>Answers every request on one HTTP connection after the other with what the test says.</summary>
    public static LoopbackServer Http(Func<string, string> answer) => new(async (stream, token) =>
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            while (!System.Text.Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), token);
                if (read == 0)
                {
                    return;
                }

                length += read;
            }

            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer(System.Text.Encoding.ASCII.GetString(buffer, 0, length))), token);
        }
    });

    /// <summary>An HTTP answer with a body.</summary>
    public static string Answer(string status, string body, string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>A kubeconfig for a server without TLS.</summary>
    public static string PlainConfig(int port, string user = "{}") => $$$"""
        {apiVersion: v1, kind: Config, current-context: x,
         clusters: [{name: c, cluster: {server: "http://127.0.0.1:{{{port}}}"}}],
         users: [{name: u, user: {{{user}}}}],
         contexts: [{name: x, context: {cluster: c, user: u, namespace: n}}]}
        """;
}
