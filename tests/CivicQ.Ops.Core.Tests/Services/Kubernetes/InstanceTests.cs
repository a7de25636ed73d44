using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

public sealed class InstanceTests
{
    private const string Sleep = "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done";

    [SkippableFact]
    public async Task Why_an_instance_is_not_ready_is_said_in_one_sentence()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        var oom = "resources: {limits: {memory: 20Mi}}";
        await space.ApplyAsync(
            Cluster.Deployment("pull", Sleep, image: "127.0.0.1:1/civicq/none:1")
            + Cluster.Deployment("crash", "echo starting; echo 'cannot open database password=hunter2'; exit 3")
            + Cluster.Deployment("oom", "exec tail /dev/zero", oom)
            + Cluster.Deployment("probe", Sleep, "readinessProbe: {exec: {command: [\"sh\", \"-c\", \"echo queue is full; exit 1\"]}, periodSeconds: 1}")
            + Cluster.Deployment("pending", Sleep, "resources: {requests: {memory: 900Gi}}")
            + Cluster.Deployment("init", Sleep, pod: "initContainers: [{name: migrate, image: lab/busybox:latest, imagePullPolicy: IfNotPresent, command: [\"sh\", \"-c\", \"echo no table; exit 5\"]}]")
            + Cluster.Deployment("config", Sleep, "envFrom: [{configMapRef: {name: civicq-settings}}]")
            + Cluster.Deployment("noprogram", Sleep).Replace("/bin/sh", "/bin/civicq", StringComparison.Ordinal)
            + Cluster.Deployment("fine", Sleep));
        await using var host = await Cluster.HostAsync(space);
        async Task SaysAsync(string name, ServiceInstanceState state, params string[] words)
        {
            ServiceInstance? last = null;
            try
            {
                await KubernetesNamespace.UntilAsync($"{name}: {string.Join(", ", words)}", async () =>
                {
                    var services = await host.GetServicesAsync(Cluster.Patience);
                    last = (await host.GetInstancesAsync([services.Single(service => service.PlatformName == name)], Cluster.Patience)).SingleOrDefault();
                    return last is not null && !last.IsReady && last.State == state && words.All(word => last.Reason?.Contains(word, StringComparison.Ordinal) == true);
                });
            }
            catch (Exception error) when (last is not null)
            {
                throw new InvalidOperationException($"{last}", error);
            }

            Assert.EndsWith(".", last!.Reason!, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", last.Reason!, StringComparison.Ordinal);
        }

        await SaysAsync("pull", ServiceInstanceState.Pending, "The image 127.0.0.1:1/civicq/none:1 of container 'main' cannot be pulled", "connection refused");
        await SaysAsync("crash", ServiceInstanceState.Restarting, "Container 'main' crashes: exit code 3", "restarted", "its last line: cannot open database");
        await SaysAsync("oom", ServiceInstanceState.Restarting, "Container 'main' was killed, for it used more memory than its limit of 20Mi");
        await SaysAsync("probe", ServiceInstanceState.Running, "The readiness probe of container 'main' fails: queue is full");
        await SaysAsync("pending", ServiceInstanceState.Pending, "No node has enough memory (it asks for 900Gi) left", "0/1 nodes");
        await SaysAsync("init", ServiceInstanceState.Restarting, "Init container 'migrate' crashes: exit code 5", "no table");
        await SaysAsync("config", ServiceInstanceState.Pending, "cannot be started (CreateContainerConfigError)", "civicq-settings");
        await SaysAsync("noprogram", ServiceInstanceState.Restarting, "Container 'main' crashes", "/bin/civicq");

        var all = await host.GetServicesAsync(Cluster.Patience);
        Assert.Equal((ServiceStatus.Down, ServiceStatus.Ready), (all.Single(item => item.Service == "crash").Status, all.Single(item => item.Service == "fine").Status));
        Assert.Contains("exit code 3", all.Single(item => item.Service == "crash").Reason, StringComparison.Ordinal);
        var instances = await host.GetInstancesAsync(all, Cluster.Patience);
        Assert.Equal(9, instances.Count);
        Assert.True(instances.Single(item => item.Service == "oom").IsOomKilled);
        var crash = instances.Single(item => item.Service == "crash");
        Assert.Equal(3, crash.LastExitCode);
        Assert.Equal(await space.KubectlAsync("get", "pod", crash.Instance, "-o", "jsonpath={.metadata.uid}"), crash.Id);
        var fine = instances.Single(item => item.Service == "fine");
        Assert.Equal((true, (string?)null, ServiceInstanceState.Running, 1L, "127.0.0.1"), (fine.IsReady, fine.Reason, fine.State, fine.Revision, fine.Node));

        var notRunning = await Assert.ThrowsAsync<OperationException>(() => host.ExecuteAsync(
            instances.Single(item => item.Service == "config"), new ServiceCommand { Arguments = ["true"], Output = (_, _) => default, Error = (_, _) => default }, Cluster.Patience));
        Assert.Equal(ServiceErrors.InstanceNotRunning, notRunning.Definition);
    }

    [SkippableFact]
    public async Task Log_agrees_with_kubectl_and_is_whole_after_a_cut()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var proxy = new CuttingProxy(space.Lab.Port);
        var file = folder.File("config");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(space.Lab.Kubeconfig)).Replace($":{space.Lab.Port}\"", $":{proxy.Port}\"", StringComparison.Ordinal));
        await space.ApplyAsync(Cluster.Deployment("talk", "for i in $(seq 1 300); do echo \"line $i ä\"; [ $((i % 25)) -ne 0 ] || sleep 1; done; " + Sleep)
            + Cluster.Deployment("again", "echo \"life $(date +%s)\"; sleep 2; exit 1"));
        await space.KubectlAsync("rollout", "status", "deployment/talk", "--timeout=180s");
        await using var host = await Cluster.HostAsync(space, "lab", file);
        var instance = await Cluster.InstanceAsync(host, "talk");
        async Task<List<LogLine>> ReadAsync(LogQuery query, Action<int>? each = null, int stopAt = int.MaxValue)
        {
            var result = new List<LogLine>();
            await foreach (var line in host.ReadLogAsync(instance, query, Cluster.Patience))
            {
                result.Add(line);
                each?.Invoke(result.Count);
                if (result.Count == stopAt)
                {
                    break;
                }
            }

            return result;
        }

        var followed = await ReadAsync(new LogQuery { Follow = true }, count =>
        {
            if (count is 60 or 130)
            {
                Assert.True(proxy.Cut() > 0);
            }
        }, stopAt: 300);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"line {i} ä"), followed.Select(line => line.Text));
        Assert.Equal(followed.Select(line => line.Time).Order(), followed.Select(line => line.Time));

        async Task<string[]> KubectlAsync(params string[] more) => (await space.KubectlAsync(["logs", instance.Instance, .. more])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(await KubectlAsync(), (await ReadAsync(new LogQuery())).Select(line => line.Text));
        Assert.Equal(await KubectlAsync("--tail=7"), (await ReadAsync(new LogQuery { Tail = 7 })).Select(line => line.Text));
        var middle = followed[150].Time;
        // kubectl looks at whole seconds, this module at all that a time has.
        var since = new DateTimeOffset(middle.Ticks - (middle.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        Assert.Equal(await KubectlAsync($"--since-time={since.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"), (await ReadAsync(new LogQuery { Since = since })).Select(line => line.Text));
        Assert.Equal(followed.Where(line => line.Time >= middle), await ReadAsync(new LogQuery { Since = middle }));
        Assert.Equal(followed.Where(line => line.Time < middle), await ReadAsync(new LogQuery { Until = middle }));

        await KubernetesNamespace.UntilAsync("a restart", async () => (await Cluster.InstanceAsync(host, "again")).Restarts > 0);
        instance = await Cluster.InstanceAsync(host, "again");
        List<LogLine> before = [];
        await KubernetesNamespace.UntilAsync("the log of a life before", async () =>
        {
            try
            {
                before = await ReadAsync(new LogQuery { Previous = true });
                return true;
            }
            catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
            {
                // The kubelet has just removed that container for the next one.
                return false;
            }
        });
        Assert.StartsWith("life ", Assert.Single(before).Text, StringComparison.Ordinal);
        instance = instance with { Instance = "again-gone" };
        Assert.Equal(ServiceErrors.InstanceNotFound, (await Assert.ThrowsAsync<OperationException>(() => ReadAsync(new LogQuery()))).Definition);
    }

    [SkippableFact]
    public async Task Quiet_log_is_followed_for_longer_than_a_question_may_take()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Cluster.Deployment("quiet", "until [ -e /tmp/speak ]; do sleep 1; done; echo spoken; " + Sleep));
        await space.KubectlAsync("rollout", "status", "deployment/quiet", "--timeout=180s");
        await using var patient = await Cluster.HostAsync(space);
        var instance = await Cluster.InstanceAsync(patient, "quiet");
        var impatient = Cluster.Options(space) with { RequestTimeout = TimeSpan.FromSeconds(2) };
        await using var host = new KubernetesServiceHost(
            "test", await KubernetesClient.OpenAsync(impatient, CancellationToken.None), new ServiceNames(new Dictionary<string, string>()));
        await using var lines = host.ReadLogAsync(instance, new LogQuery { Follow = true }, Cluster.Patience).GetAsyncEnumerator();
        var first = lines.MoveNextAsync().AsTask();
        await Task.WhenAny(first, Task.Delay(impatient.RequestTimeout * 2));
        Assert.False(first.IsCompleted);
        await space.KubectlAsync("exec", "deployment/quiet", "--", "touch", "/tmp/speak");
        Assert.True(await first);
        Assert.Equal("spoken", lines.Current.Text);
    }

    [SkippableFact]
    public async Task Events_are_those_of_kubectl_oldest_first_also_of_pods_that_are_gone()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Cluster.Deployment("one", Sleep) + Cluster.Deployment("one-two", Sleep));
        await space.KubectlAsync("rollout", "status", "deployment/one", "--timeout=180s");
        await space.KubectlAsync("rollout", "status", "deployment/one-two", "--timeout=180s");
        await using var host = await Cluster.HostAsync(space);
        var one = await Cluster.ServiceAsync(host, "one");
        await space.KubectlAsync("rollout", "restart", "deployment/one");
        await Cluster.WaitAsync(host, "one");
        await KubernetesNamespace.UntilAsync("the old pod is gone", async () => (await space.KubectlAsync("get", "pods", "-l", "app=one", "-o", "name")).Split('\n').Length == 1);

        async Task<List<ServiceEvent>> ReadAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query)
        {
            var result = new List<ServiceEvent>();
            await foreach (var item in host.GetEventsAsync(services, query, Cluster.Patience))
            {
                result.Add(item);
            }

            return result;
        }

        List<ServiceEvent> all = [];
        string[] theirs = [];
        await KubernetesNamespace.UntilAsync("the same events here and there", async () =>
        {
            theirs = (await space.KubectlAsync("get", "events", "-o", "jsonpath={range .items[*]}{.involvedObject.kind}/{.involvedObject.name} {.reason} {.type}{\"\\n\"}{end}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            all = await ReadAsync(null, new ServiceEventQuery());
            return theirs.Order().SequenceEqual(all.Select(item => $"{item.Object} {item.Reason} {item.Level}").Order());
        });
        Assert.Equal(all.Select(item => item.At).Order(), all.Select(item => item.At));
        var ours = await ReadAsync([one], new ServiceEventQuery());
        Assert.Equal(all.Where(item => item.Service == "one"), ours);
        Assert.DoesNotContain(ours, item => item.Object.Contains("one-two", StringComparison.Ordinal));
        Assert.Equal(2, ours.Where(item => item.Instance is not null).Select(item => item.Instance).Distinct().Count());
        Assert.Contains(ours, item => item.Reason == "ScalingReplicaSet");
        var middle = ours[ours.Count / 2].At;
        Assert.Equal(ours.Where(item => item.At >= middle), await ReadAsync([one], new ServiceEventQuery { Since = middle }));
        Assert.Equal(ours.Where(item => item.At < middle), await ReadAsync([one], new ServiceEventQuery { Until = middle }));

        await using var follow = host.GetEventsAsync([one], new ServiceEventQuery { Since = DateTimeOffset.UtcNow.AddSeconds(-1), Follow = true }, Cluster.Patience).GetAsyncEnumerator();
        var next = follow.MoveNextAsync().AsTask();
        await space.KubectlAsync("scale", "deployment/one", "--replicas=2");
        Assert.True(await next);
        Assert.Equal("one", follow.Current.Service);

        // An end that was asked for comes, also where nothing happens any more.
        var ends = host.GetEventsAsync([], new ServiceEventQuery { Until = DateTimeOffset.UtcNow.AddSeconds(2), Follow = true }, Cluster.Patience);
        await foreach (var item in ends)
        {
            Assert.Fail(item.Message);
        }
    }

    [SkippableFact]
    public async Task Usage_comes_from_the_kubelet_and_a_service_is_cut_off_by_a_policy_and_put_back()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyCivicQAsync();
        await using var host = await Cluster.HostAsync(space);
        await Cluster.WaitAsync(host, "civicq-api");
        await Cluster.WaitAsync(host, "civicq-worker");
        var services = await host.GetServicesAsync(Cluster.Patience);
        IReadOnlyList<ServiceUsage> usage = [];
        await KubernetesNamespace.UntilAsync("usage of all pods", async () =>
            (usage = await host.GetUsageAsync(services, Cluster.Patience)).Count(item => item.MemoryBytes > 0) == 4);
        var api = usage.First(item => item.Service == "backend");
        Assert.Equal((64L << 20, 0.2), (api.MemoryLimitBytes!.Value, api.CpuLimitCores!.Value));
        Assert.InRange(api.MemoryRatio!.Value, 0, 1);
        Assert.Null(usage.First(item => item.Service == "redis").MemoryLimitBytes);

        var backend = services[0];
        async Task<string> PolicyAsync() => (await space.TryKubectlAsync("get", "networkpolicy", "civicq-isolate-civicq-api", "-o", "jsonpath={.spec}")).Output;
        Assert.Equal(2, (await host.IsolateAsync(backend, isolate: true, dryRun: true, Cluster.Patience)).Instances.Count);
        Assert.Equal("", await PolicyAsync());
        await host.IsolateAsync(backend, isolate: true, dryRun: false, Cluster.Patience);
        Assert.True((await host.IsolateAsync(backend, isolate: true, dryRun: false, Cluster.Patience)).IsIsolated);
        Assert.Equal("""{"podSelector":{"matchLabels":{"app":"civicq-api"}},"policyTypes":["Ingress","Egress"]}""", await PolicyAsync());
        await host.IsolateAsync(backend, isolate: false, dryRun: false, Cluster.Patience);
        Assert.False((await host.IsolateAsync(backend, isolate: false, dryRun: false, Cluster.Patience)).IsIsolated);
        Assert.Equal("", await PolicyAsync());
    }

    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("128Mi", 134217728)]
    [InlineData("1Gi", 1073741824)]
    [InlineData("1e3", 1000)]
    [InlineData("2k", 2000)]
    [InlineData("250000000n", 0.25)]
    [InlineData("3", 3)]
    public void Quantities_are_read(string text, double value) => Assert.Equal(value, Quantity.Value(text)!.Value, 9);

    [Fact]
    public void Quantities_are_written_and_nonsense_is_none()
    {
        Assert.Equal(["128Mi", "1Gi", "1000", "0"], new[] { 128L << 20, 1L << 30, 1000, 0 }.Select(Quantity.OfBytes));
        Assert.Equal(["500m", "2", "1"], new[] { 0.5, 2, 0.9999 }.Select(Quantity.OfCpu));
        Assert.All(new[] { null, "", "x", "Mi", "m" }, text => Assert.Null(Quantity.Value(text)));
    }
}
