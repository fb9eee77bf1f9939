import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const FOLDER = resolve(__dirname, '../kubernetes');

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: Record<string, unknown>;
}

const { resources } = parse(readFileSync(resolve(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  resources: string[];
};
const manifests = [...resources, 'secret.example.yaml'].flatMap((file) =>
  parseAllDocuments(readFileSync(resolve(FOLDER, file), 'utf8')).map((part) => part.toJS() as Manifest),
);
type Model = new (data: unknown) => { validate(): void };
const MODELS: Record<string, Model | undefined> = {};

beforeAll(async () => {
  Object.assign(
    MODELS,
    await import('kubernetes-models/v1'),
    await import('kubernetes-models/apps/v1'),
    await import('kubernetes-models/batch/v1'),
    await import('kubernetes-models/networking.k8s.io/v1'),
    await import('kubernetes-models/policy/v1'),
  );
});

it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
  "%s fits Kubernetes' own schema",
  (_, manifest) => {
    const model = MODELS[manifest.kind];
    if (model === undefined) throw new Error(`no model of ${manifest.kind}`);
    expect(() => new model(manifest).validate()).not.toThrow();
  },
);

it('leads the ingress to the gateway plane and to nothing else', () => {
  const text = JSON.stringify(manifests.filter(({ kind }) => kind === 'Ingress'));
  expect(text).toContain('"ollameter-gateway"');
  expect(text).not.toContain('admin');
});

it('runs no container as root, with capabilities or with a writable image', () => {
  const pods = manifests.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Job');
  expect(pods).toHaveLength(2);
  for (const { spec } of pods) {
    const text = JSON.stringify(spec);
    expect(text).toContain('"runAsNonRoot":true');
    expect(text).toContain('"readOnlyRootFilesystem":true');
    expect(text).toContain('"capabilities":{"drop":["ALL"]}');
    expect(text).toContain('"allowPrivilegeEscalation":false');
  }
});

it('runs several replicas, each with a volume of its own, and tells them where they meet', () => {
  const [set] = manifests.filter(({ kind }) => kind === 'StatefulSet');
  expect(set?.spec?.['replicas']).toBeGreaterThan(1);
  expect(JSON.stringify(set?.spec?.['volumeClaimTemplates'])).toContain('"name":"data"');
  const [secret] = manifests.filter(({ kind }) => kind === 'Secret') as unknown as [
    { stringData: Record<string, string> },
  ];
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'KEY_PEPPER'])
    expect(secret.stringData[name]).toEqual(expect.any(String));
});
