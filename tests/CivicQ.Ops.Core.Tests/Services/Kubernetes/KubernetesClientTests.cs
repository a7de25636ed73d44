using System.Text;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

public sealed class KubernetesClientTests
{
    private static JsonObject ConfigMap(string name, string value = "1") => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kind"] = "test" } }, ["data"] = new JsonObject { ["a"] = value },
    };

    private static readonly KubernetesResource Maps = KubernetesResource.ConfigMaps;
    private static readonly ObjectSelection Ours = new(Labels: "kind=test", PageSize: 3);

    [SkippableFact]
    public async Task Objects_are_made_listed_page_by_page_patched_and_removed_and_a_dry_run_does_nothing()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var client = await Cluster.ClientAsync(space);
        for (var i = 0; i < 8; i++)
        {
            await client.CreateAsync(Maps, ConfigMap($"m{i}"), dryRun: false, Cluster.Patience);
        }

        await client.CreateAsync(Maps, ConfigMap("dry"), dryRun: true, Cluster.Patience);
        var list = await client.ListAsync(Maps, Ours, Cluster.Patience);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"m{i}"), list.Items.Select(item => new KubernetesObject(item).Name));
        Assert.NotEmpty(list.ResourceVersion);

        var patch = new JsonObject { ["data"] = new JsonObject { ["a"] = "2" } };
        Assert.Equal("2", (await client.PatchAsync(Maps, "m0", null, PatchKind.Merge, patch, dryRun: true, Cluster.Patience)).Text("data", "a"));
        Assert.Equal("1", (await client.ReadAsync(Maps, "m0", Cluster.Patience)).Text("data", "a"));
        await client.PatchAsync(Maps, "m0", null, PatchKind.Strategic, patch, dryRun: false, Cluster.Patience);
        Assert.Equal("2", (await client.ReadAsync(Maps, "m0", Cluster.Patience)).Text("data", "a"));

        await client.DeleteAsync(Maps, "m1", dryRun: true, Cluster.Patience);
        await client.DeleteAsync(Maps, "m0", dryRun: false, Cluster.Patience);
        Assert.Equal(7, (await client.ListAsync(Maps, Ours, Cluster.Patience)).Items.Count);

        var error = await Assert.ThrowsAsync<OperationException>(() => client.ReadAsync(Maps, "m0", Cluster.Patience));
        Assert.Equal(KubernetesErrors.ObjectNotFound, error.Definition);
        error = await Assert.ThrowsAsync<OperationException>(() => client.CreateAsync(Maps, ConfigMap("m2"), dryRun: false, Cluster.Patience));
        Assert.Equal(KubernetesErrors.ObjectExists, error.Definition);
        error = await Assert.ThrowsAsync<OperationException>(() => client.CreateAsync(Maps, ConfigMap("No Name"), dryRun: false, Cluster.Patience));
        Assert.Equal(KubernetesErrors.RequestInvalid, error.Definition);
        Assert.Contains("No Name", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_asks_is_known_by_token_or_certificate_and_refusals_are_clear()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var operatorClient = await Cluster.ClientAsync(space, "certificate");
        await operatorClient.CreateAsync(Maps, ConfigMap("m"), dryRun: false, Cluster.Patience);

        using var reader = await Cluster.ClientAsync(space, "reader");
        Assert.Single((await reader.ListAsync(Maps, Ours, Cluster.Patience)).Items);
        var patch = new JsonObject { ["data"] = new JsonObject { ["a"] = "2" } };
        var error = await Assert.ThrowsAsync<OperationException>(() => reader.PatchAsync(Maps, "m", null, PatchKind.Merge, patch, dryRun: false, Cluster.Patience));
        Assert.Equal(KubernetesErrors.ClusterForbidden, error.Definition);
        Assert.Contains($"user 'lab-reader' may not patch configmaps 'm' in the namespace \"{space.Name}\"", error.Message, StringComparison.Ordinal);

        using var expired = await Cluster.ClientAsync(space, "expired");
        error = await Assert.ThrowsAsync<OperationException>(() => expired.ListAsync(Maps, Ours, Cluster.Patience));
        Assert.Equal(KubernetesErrors.ClusterUnauthorized, error.Definition);
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Server_is_trusted_by_the_clusters_own_authority_and_name()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        var text = (await File.ReadAllTextAsync(space.Lab.Kubeconfig)).Replace("pki/", space.Lab.PkiFolder + "/", StringComparison.Ordinal);
        async Task<IKubernetesClient> WithAsync(string change)
        {
            var file = folder.File($"c{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(file, System.Text.RegularExpressions.Regex.Replace(text, "certificate-authority-data: [A-Za-z0-9+/=]+", change));
            return await Cluster.ClientAsync(space, "lab", file);
        }

        var ca = Path.Combine(space.Lab.PkiFolder, "ca.crt");
        using var right = await WithAsync($"certificate-authority: \"{ca}\", tls-server-name: cluster.civicq.example");
        await right.ListAsync(Maps, Ours, Cluster.Patience);
        using var blind = await WithAsync("insecure-skip-tls-verify: true");
        await blind.ListAsync(Maps, Ours, Cluster.Patience);
        foreach (var wrong in new[] { $"certificate-authority: \"{ca}\", tls-server-name: other.civicq.example", "disable-compression: true", $"certificate-authority: \"{Path.Combine(space.Lab.PkiFolder, "operator.crt")}\"" })
        {
            using var client = await WithAsync(wrong);
            var error = await Assert.ThrowsAsync<OperationException>(() => client.ListAsync(Maps, Ours, Cluster.Patience));
            Assert.Equal(KubernetesErrors.ClusterUntrusted, error.Definition);
        }
    }

    [SkippableFact]
    public async Task Watch_goes_on_after_its_connection_was_cut_and_the_server_was_away()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var proxy = new CuttingProxy(space.Lab.Port);
        var file = folder.File("config");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(space.Lab.Kubeconfig)).Replace($":{space.Lab.Port}\"", $":{proxy.Port}\"", StringComparison.Ordinal));
        using var direct = await Cluster.ClientAsync(space);
        using var client = await Cluster.ClientAsync(space, "lab", file);
        await direct.CreateAsync(Maps, ConfigMap("first"), dryRun: false, Cluster.Patience);

        await using var watch = client.WatchAsync(Maps, Ours, Cluster.Patience).GetAsyncEnumerator();
        async Task<(WatchChange, string)> NextAsync()
        {
            Assert.True(await watch.MoveNextAsync());
            return (watch.Current.Change, new KubernetesObject(watch.Current.Object).Name);
        }

        Assert.Equal((WatchChange.Added, "first"), await NextAsync());
        var next = NextAsync();
        await direct.CreateAsync(Maps, ConfigMap("second"), dryRun: false, Cluster.Patience);
        Assert.Equal((WatchChange.Added, "second"), await next);

        next = NextAsync();
        Assert.True(proxy.Cut(shut: true) > 0);
        await direct.DeleteAsync(Maps, "first", dryRun: false, Cluster.Patience);
        proxy.Open();
        Assert.Equal((WatchChange.Deleted, "first"), await next);
        next = NextAsync();
        proxy.Cut();
        await direct.PatchAsync(Maps, "second", null, PatchKind.Merge, new JsonObject { ["data"] = new JsonObject { ["a"] = "2" } }, dryRun: false, Cluster.Patience);
        Assert.Equal((WatchChange.Modified, "second"), await next);
    }

    [Fact]
    public async Task Server_that_is_away_is_said_and_a_watch_gives_up_after_its_time()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("config");
        await File.WriteAllTextAsync(file, Cluster.PlainConfig(LoopbackServer.ClosedPort()));
        using var client = await KubernetesClient.OpenAsync(new KubernetesOptions { Files = [file], MaximumRetries = 1 }, CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => client.ListAsync(Maps, Ours, Cluster.Patience));
        Assert.Equal(KubernetesErrors.ClusterUnreachable, error.Definition);
        Assert.Contains("context 'x'", error.Message, StringComparison.Ordinal);
    }

    private static async Task<KubernetesClient> AgainstAsync(LoopbackServer server, TemporaryFolder folder, TimeSpan? timeout = null)
    {
        await File.WriteAllTextAsync(folder.File("config"), Cluster.PlainConfig(server.Port));
        return await KubernetesClient.OpenAsync(
            new KubernetesOptions { Files = [folder.File("config")], MaximumRetries = 3, RequestTimeout = timeout ?? TimeSpan.FromSeconds(60), MaximumRetryDelay = TimeSpan.FromMilliseconds(50) },
            CancellationToken.None);
    }

    private static string Status(int code, string reason) =>
        $$$"""{"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "words of {{{reason}}}", "reason": "{{{reason}}}", "code": {{{code}}}}""";

    [Fact]
    public async Task Busy_or_failing_server_is_asked_again_where_that_is_safe_and_not_for_ever()
    {
        using var folder = new TemporaryFolder();
        var asked = new List<string>();
        var refusals = 2;
        await using var server = Cluster.Http(request =>
        {
            asked.Add(request[..request.IndexOf(' ', StringComparison.Ordinal)]);
            return refusals-- > 0 ? Cluster.Answer("429 Too Many Requests", Status(429, "TooManyRequests"), "Retry-After: 1\r\n") : Cluster.Answer("200 OK", "{\"items\": []}");
        });
        using var client = await AgainstAsync(server, folder);
        Assert.Empty((await client.ListAsync(Maps, Ours, Cluster.Patience)).Items);
        Assert.Equal(["GET", "GET", "GET"], asked);

        (refusals, _) = (100, asked.RemoveAll(_ => true));
        var error = await Assert.ThrowsAsync<OperationException>(() => client.ListAsync(Maps, Ours, Cluster.Patience));
        Assert.Equal((KubernetesErrors.ClusterBusy, 4), (error.Definition, asked.Count));
        asked.Clear();
        error = await Assert.ThrowsAsync<OperationException>(() => client.CreateAsync(Maps, ConfigMap("m"), dryRun: false, Cluster.Patience));
        Assert.Equal((KubernetesErrors.ClusterBusy, 1), (error.Definition, asked.Count));
    }

    [Theory]
    [InlineData("500 Internal Server Error", "InternalError", 500, "ClusterFailed", 4)]
    [InlineData("409 Conflict", "Conflict", 409, "ClusterConflict", 1)]
    [InlineData("410 Gone", "Expired", 410, "ClusterHistoryExpired", 4)]
    public async Task Refusals_have_names(string line, string reason, int code, string id, int times)
    {
        using var folder = new TemporaryFolder();
        var asked = 0;
        await using var server = Cluster.Http(_ =>
        {
            asked++;
            return Cluster.Answer(line, Status(code, reason));
        });
        using var client = await AgainstAsync(server, folder);
        var error = await Assert.ThrowsAsync<OperationException>(() => client.ListAsync(Maps, Ours, Cluster.Patience));
        Assert.Equal((id, times), (error.Definition.Id, asked));
        Assert.Contains($"words of {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_API_server_or_is_silent_is_said()
    {
        using var folder = new TemporaryFolder();
        await using var page = Cluster.Http(_ => Cluster.Answer("200 OK", "<html>log in</html>"));
        using var client = await AgainstAsync(page, folder);
        Assert.Equal(KubernetesErrors.ClusterAnswerUnexpected, (await Assert.ThrowsAsync<OperationException>(() => client.ListAsync(Maps, Ours, Cluster.Patience))).Definition);

        await using var silent = LoopbackServer.Silent();
        using var waiting = await AgainstAsync(silent, folder, TimeSpan.FromMilliseconds(300));
        Assert.Equal(KubernetesErrors.ClusterTimedOut, (await Assert.ThrowsAsync<OperationException>(() => waiting.ListAsync(Maps, Ours, Cluster.Patience))).Definition);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using var patient = await AgainstAsync(silent, folder);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.ListAsync(Maps, Ours, cancelled.Token));
    }

    [Fact]
    public async Task List_begins_again_when_its_pages_expire_and_a_watch_when_its_version_does()
    {
        using var folder = new TemporaryFolder();
        var asked = new List<string>();
        static string Item(string name, int version) => $$$"""{"metadata": {"name": "{{{name}}}", "uid": "{{{name}}}", "resourceVersion": "{{{version}}}"}}""";
        await using var server = Cluster.Http(request =>
        {
            var target = request.Split(' ')[1];
            lock (asked)
            {
                asked.Add(target);
                if (target.Contains("watch=true", StringComparison.Ordinal))
                {
                    return asked.Count(item => item.Contains("watch=true", StringComparison.Ordinal)) == 1
                        ? Cluster.Answer("200 OK", $$$"""{"type": "ERROR", "object": {{{Status(410, "Expired")}}}}""" + "\n")
                        : Cluster.Answer("410 Gone", Status(410, "Expired"));
                }

                var lists = asked.Count(item => item.Contains("limit=", StringComparison.Ordinal) && !item.Contains("continue=", StringComparison.Ordinal));
                return (lists, target.Contains("continue=", StringComparison.Ordinal)) switch
                {
                    (1, false) => Cluster.Answer("200 OK", $$$"""{"metadata": {"resourceVersion": "5", "continue": "more"}, "items": [{{{Item("a", 1)}}}]}"""),
                    (1, true) => Cluster.Answer("410 Gone", Status(410, "Expired")),
                    (2, _) => Cluster.Answer("200 OK", $$$"""{"metadata": {"resourceVersion": "6"}, "items": [{{{Item("a", 1)}}}, {{{Item("b", 2)}}}]}"""),
                    (3, _) => Cluster.Answer("200 OK", $$$"""{"metadata": {"resourceVersion": "9"}, "items": [{{{Item("b", 8)}}}, {{{Item("c", 9)}}}]}"""),
                    _ => Cluster.Answer("403 Forbidden", Status(403, "Forbidden")),
                };
            }
        });
        using var client = await AgainstAsync(server, folder);
        var changes = new List<string>();
        var error = await Assert.ThrowsAsync<OperationException>(async () =>
        {
            await foreach (var change in client.WatchAsync(Maps, Ours, Cluster.Patience))
            {
                changes.Add($"{change.Change} {new KubernetesObject(change.Object).Name}");
            }
        });
        Assert.Equal(KubernetesErrors.ClusterForbidden, error.Definition);
        Assert.Equal(["Added a", "Added b", "Deleted a", "Modified b", "Added c"], changes);
    }

    [SkippableFact]
    public async Task Program_runs_in_a_pod_with_both_streams_and_its_exit_code()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Cluster.Deployment("box", "sleep 3600"));
        await space.KubectlAsync("rollout", "status", "deployment/box", "--timeout=180s");
        await using var host = await Cluster.HostAsync(space);
        var instance = await Cluster.InstanceAsync(host, "box");
        async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
        {
            var (output, errors) = (new MemoryStream(), new MemoryStream());
            var code = await host.ExecuteAsync(instance, new ServiceCommand { Arguments = arguments, Output = output.WriteAsync, Error = errors.WriteAsync }, Cluster.Patience);
            return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
        }

        Assert.Equal((7, "out ä\n", "err\n"), await RunAsync("sh", "-c", "echo 'out ä'; echo err >&2; exit 7"));
        Assert.Equal((0, "a b|$HOME|;\n", ""), await RunAsync("echo", "a b|$HOME|;"));
        var (ended, much, _) = await RunAsync("seq", "1", "50000");
        Assert.Equal((0, string.Concat(Enumerable.Range(1, 50000).Select(i => $"{i}\n"))), (ended, much));

        // What this runtime makes of a missing program: an exit code, and words on the output.
        var theirs = await space.TryKubectlAsync("exec", instance.Instance, "--", "no-such-program");
        var (missing, words, _) = await RunAsync("no-such-program");
        Assert.NotEqual(0, missing);
        Assert.Equal(theirs.Code, missing);
        Assert.Contains("no-such-program", words, StringComparison.Ordinal);
        var container = await Assert.ThrowsAsync<OperationException>(() => host.ExecuteAsync(
            instance, new ServiceCommand { Arguments = ["true"], Container = "other", Output = (_, _) => default, Error = (_, _) => default }, Cluster.Patience));
        Assert.Equal(KubernetesErrors.RequestInvalid, container.Definition);
        var gone = await Assert.ThrowsAsync<OperationException>(() => host.ExecuteAsync(
            instance with { Instance = "box-gone" }, new ServiceCommand { Arguments = ["true"], Output = (_, _) => default, Error = (_, _) => default }, Cluster.Patience));
        Assert.Equal(ServiceErrors.InstanceNotFound, gone.Definition);

        // This cluster is older than the closing of a program's input.
        var input = await Assert.ThrowsAsync<OperationException>(() => host.ExecuteAsync(
            instance, new ServiceCommand { Arguments = ["cat"], Input = new MemoryStream([1]), Output = (_, _) => default, Error = (_, _) => default }, Cluster.Patience));
        Assert.Equal(ServiceErrors.NotSupported, input.Definition);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.ExecuteAsync(
            instance, new ServiceCommand { Arguments = ["sleep", "1000"], Output = (_, _) => default, Error = (_, _) => default }, stop.Token));
    }
}
