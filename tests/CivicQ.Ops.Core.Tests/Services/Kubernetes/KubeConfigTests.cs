using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

public sealed class KubeConfigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text)
    {
        var path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static Task<KubernetesAccess> ResolveAsync(KubernetesOptions options) => KubeConfigResolver.ResolveAsync(options, CancellationToken.None);

    private static async Task<OperationException> FailAsync(KubernetesOptions options) => await Assert.ThrowsAsync<OperationException>(() => ResolveAsync(options));

    private string[] TwoFiles() =>
    [
        Write("a.yaml", """
            clusters:
            - name: c1
              cluster: {server: "https://one:6443"}
            users:
            - name: red
              user: {username: red, password: "1"}
            contexts:
            - name: x
              context: {cluster: c1}
            """),
        folder.File("missing.yaml"),
        Write("sub/b.yaml", """
            clusters:
            - name: c1
              cluster: {server: "https://two", insecure-skip-tls-verify: true}
            - name: c2
              cluster: {server: "https://three"}
            users:
            - name: red
              user: {token: t}
            - name: blue
              user: {tokenFile: token}
            contexts:
            - name: x
              context: {cluster: c2, user: red, namespace: other}
            - name: second
              context: {cluster: c2, user: blue, namespace: "no"}
            current-context: x
            """),
    ];

    [SkippableFact]
    public async Task Files_are_merged_as_kubectl_merges_them()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "kubectl is looked for on Linux only.");
        var files = TwoFiles();
        var (code, output, _) = await KubernetesLab.RunAsync("kubectl", ["config", "view", "--merge", "--raw", "-o", "json"], "", ("KUBECONFIG", string.Join(':', files)));
        Assert.Equal(0, code);
        var theirs = JsonNode.Parse(output);
        var ours = await KubeConfig.ReadAsync(files, CancellationToken.None);

        Assert.Equal(theirs.Text("current-context"), ours.CurrentContext);
        foreach (var (list, field, entries) in new[] { ("clusters", "cluster", ours.Clusters), ("users", "user", ours.Users), ("contexts", "context", ours.Contexts) })
        {
            var expected = theirs.Objects(list).ToDictionary(item => item.Text("name")!, item => item.At(field)!);
            Assert.Equal(expected.Keys.Order(), entries.Keys.Order());
            foreach (var (name, entry) in entries)
            {
                foreach (var (key, value) in entry.Body.Where(pair => !pair.Key.EndsWith("File", StringComparison.Ordinal)))
                {
                    Assert.Equal(expected[name].At(key)?.ToString(), value?.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task First_file_wins_whole_and_paths_start_from_their_file()
    {
        var files = TwoFiles();
        var access = await ResolveAsync(new KubernetesOptions { Files = files });
        Assert.Equal("https://one:6443/", access.Server.AbsoluteUri);
        Assert.Equal(("x", "default", false), (access.Context, access.Namespace, access.SkipVerification));

        Write("sub/token", "secret-1\n");
        var other = await ResolveAsync(new KubernetesOptions { Files = files, Context = "second" });
        Assert.Equal("no", other.Namespace);
        var credential = await other.Credential.GetAsync(refresh: false, CancellationToken.None);
        Assert.Equal("Bearer secret-1", credential.Authorization?.ToString());
        Assert.Same(credential, await other.Credential.GetAsync(refresh: true, CancellationToken.None));
        Write("sub/token", "secret-2");
        Assert.Equal("Bearer secret-2", (await other.Credential.GetAsync(refresh: true, CancellationToken.None)).Authorization?.ToString());
        Assert.Equal("elsewhere", (await ResolveAsync(new KubernetesOptions { Files = files, Namespace = "elsewhere" })).Namespace);
    }

    [Fact]
    public async Task Variable_names_several_files_and_the_home_folder_is_the_last_resort()
    {
        var files = TwoFiles();
        var options = new KubernetesOptions { Variable = name => name == "KUBECONFIG" ? string.Join(Path.PathSeparator, files) : null, HomeFolder = folder.Path };
        Assert.Equal("x", (await ResolveAsync(options)).Context);
        Write(".kube/config", Cluster.PlainConfig(1));
        Assert.Equal("n", (await ResolveAsync(options with { Variable = _ => null })).Namespace);
    }

    [Theory]
    [InlineData("clusters: [", "KubeConfigInvalid", "line ")]
    [InlineData("a: 1\na: 2", "KubeConfigInvalid", "uplicate")]
    [InlineData("- 1", "KubeConfigInvalid", "no kubeconfig")]
    [InlineData("{}", "KubeConfigInvalid", "no cluster")]
    [InlineData("clusters: 5", "KubeConfigInvalid", "clusters")]
    [InlineData("contexts: [{name: production, context: {cluster: c}}]", "KubeContextMissing", "production")]
    [InlineData("{current-context: prodution, contexts: [{name: production, context: {cluster: c}}]}", "KubeContextNotFound", "Did you mean 'production'?")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: clusterA}}], clusters: [{name: clusterB}]}", "KubeContextNotFound", "Did you mean 'clusterB'?")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {}}]}", "KubeConfigInvalid", "no server")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://'}}]}", "KubeConfigInvalid", "no address")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://h', certificate-authority: none.crt}}]}", "KubeConfigInvalid", "none.crt")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://h', certificate-authority-data: '%'}}]}", "KubeConfigInvalid", "base64")]
    public async Task What_is_wrong_is_said(string text, string id, string words)
    {
        var error = await FailAsync(new KubernetesOptions { Files = [Write("config", text)] });
        Assert.Equal(id, error.Definition.Id);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{auth-provider: {name: gcp}}", "KubeCredentialUnsupported", "gcp")]
    [InlineData("{client-certificate-data: QQ==}", "KubeConfigInvalid", "without the other")]
    [InlineData("{client-certificate-data: QQ==, client-key-data: QQ==}", "KubeConfigInvalid", "cannot be used")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}", "KubeConfigInvalid", "v1alpha1")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}", "KubeConfigInvalid", "interactiveMode")]
    [InlineData("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}", "KubeConfigInvalid", "terminal")]
    public async Task Users_that_cannot_be_used_are_said(string user, string id, string words)
    {
        var error = await FailAsync(new KubernetesOptions { Files = [Write("config", Cluster.PlainConfig(1, user))] });
        Assert.Equal(id, error.Definition.Id);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_there_is_said_unless_a_pod_has_its_service_account()
    {
        var options = new KubernetesOptions { HomeFolder = folder.Path, Variable = _ => null, ServiceAccountFolder = folder.Path };
        Assert.Equal("KubeConfigNotFound", (await FailAsync(options)).Definition.Id);

        Write("token", "mine");
        Write("namespace", "civicq\n");
        var access = await ResolveAsync(options with { Variable = name => name switch { "KUBERNETES_SERVICE_HOST" => "10.0.0.1", "KUBERNETES_SERVICE_PORT" => "6443", _ => null } });
        Assert.Equal(("https://10.0.0.1:6443/", "civicq"), (access.Server.AbsoluteUri, access.Namespace));
        Assert.Equal("Bearer mine", (await access.Credential.GetAsync(refresh: false, CancellationToken.None)).Authorization?.ToString());
    }

    [SkippableFact]
    public async Task Exec_plugin_is_asked_once_until_its_answer_expires_or_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "The plugin is a shell script.");
        Write("plugin.sh", """
            #!/bin/sh
            printf x >> "$COUNTER"
            n=$(wc -c < "$COUNTER" | tr -d ' ')
            case $KUBERNETES_EXEC_INFO in *'"interactive":false'*) ;; *) echo 'no info' >&2; exit 9;; esac
            echo "{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"$1-$n\", \"expirationTimestamp\": \"$UNTIL\"}}"
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File("plugin.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        async Task<ICredentialSource> SourceAsync(string until) => (await ResolveAsync(new KubernetesOptions
        {
            Files = [Write("config", Cluster.PlainConfig(1, $$$"""
                {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh, args: [tok], env: [{name: COUNTER, value: "{{{folder.File("counter")}}}"}, {name: UNTIL, value: "{{{until}}}"}]}}
                """))],
        })).Credential;
        static async Task<string?> TokenAsync(ICredentialSource source, bool refresh = false) => (await source.GetAsync(refresh, CancellationToken.None)).Authorization?.Parameter;

        var lasting = await SourceAsync("2999-01-01T00:00:00Z");
        Assert.Equal("tok-1", await TokenAsync(lasting));
        Assert.Equal("tok-1", await TokenAsync(lasting));
        Assert.Equal("tok-2", await TokenAsync(lasting, refresh: true));
        var over = await SourceAsync("2001-01-01T00:00:00Z");
        Assert.Equal("tok-3", await TokenAsync(over));
        Assert.Equal("tok-4", await TokenAsync(over));
    }

    [SkippableTheory]
    [InlineData("sh", "[-c, 'echo token=hidden please log in >&2; exit 3']", "KubeCredentialPluginFailed", "please log in")]
    [InlineData("sh", "[-c, 'echo hello']", "KubeCredentialPluginFailed", "no JSON")]
    [InlineData("sh", "[-c, 'echo {}']", "KubeCredentialPluginFailed", "no version")]
    [InlineData("no-such-plugin-of-civicq", "[]", "KubeCredentialPluginMissing", "Install it with care")]
    public async Task Exec_plugin_that_fails_is_said(string command, string arguments, string id, string words)
    {
        Skip.If(OperatingSystem.IsWindows(), "The plugin is a shell.");
        var access = await ResolveAsync(new KubernetesOptions
        {
            Files = [Write("config", Cluster.PlainConfig(1, $$$"""
                {exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: {{{command}}}, args: {{{arguments}}}, installHint: "Install it with care"}}
                """))],
        });
        var error = await Assert.ThrowsAsync<OperationException>(async () => await access.Credential.GetAsync(refresh: false, CancellationToken.None));
        Assert.Equal(id, error.Definition.Id);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
    }
}
