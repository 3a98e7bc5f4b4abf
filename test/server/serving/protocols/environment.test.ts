import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '../../../../core/problems/problem.ts';
import { contractOf } from '../../../../server/serving/protocols/environment.ts';

const vertex = { health: '/vertex/health', predict: '/vertex/predict' };

it('says nothing on a machine of its own', () => {
  expect(contractOf({ PATH: '/bin', HOME: '/' })).toEqual({
    platform: null,
    port: null,
    host: null,
    vertex,
    modelFolder: null,
  });
});

it('reads what each platform sets', () => {
  expect(contractOf({ SAGEMAKER_BIND_TO_PORT: '9123' })).toMatchObject({
    platform: 'sagemaker',
    port: 9123,
    host: '0.0.0.0',
    modelFolder: '/opt/ml/model',
  });
  expect(contractOf({ SAGEMAKER_SAFE_PORT_RANGE: '1-2' })).toMatchObject({ platform: 'sagemaker', port: 8080 });
  const route = '/v1/endpoints/7/deployedModels/9';
  const aip = {
    AIP_MODE: 'PREDICTION',
    AIP_HTTP_PORT: '8081',
    AIP_HEALTH_ROUTE: route,
    AIP_PREDICT_ROUTE: `${route}:predict`,
  };
  expect(contractOf(aip)).toMatchObject({
    platform: 'vertex',
    port: 8081,
    host: '0.0.0.0',
    vertex: { health: route, predict: `${route}:predict` },
  });
  expect(contractOf({ AIP_MODE: 'PREDICTION' })).toMatchObject({ port: 8080, vertex });
  const folder = '/var/azureml-app/azureml-models/m/1';
  expect(contractOf({ AZUREML_MODEL_DIR: folder })).toMatchObject({
    platform: 'azure',
    port: null,
    modelFolder: folder,
  });
  expect(contractOf({ PORT: '3000' })).toMatchObject({ platform: null, port: 3000, host: '0.0.0.0' });
  expect(contractOf({ SAGEMAKER_BIND_TO_PORT: ' ', AIP_HTTP_PORT: '', PORT: '' })).toMatchObject({ port: 8080 });
});

it.each([
  { SAGEMAKER_BIND_TO_PORT: '0' },
  { AIP_HTTP_PORT: '65536' },
  { PORT: '80x' },
  { AIP_HEALTH_ROUTE: 'health' },
  { AIP_PREDICT_ROUTE: '/a b' },
  { AIP_PREDICT_ROUTE: '/a/*' },
])('refuses %j', (env) => {
  expect(() => contractOf(env)).toThrow(expect.objectContaining({ data: expect.objectContaining({ code: 'usage' }) }));
});

it('gives a contract or a Problem for any environment', () => {
  const names = fc.constantFrom(
    'SAGEMAKER_BIND_TO_PORT',
    'AIP_HTTP_PORT',
    'PORT',
    'AIP_HEALTH_ROUTE',
    'AZUREML_MODEL_DIR',
  );
  fc.assert(
    fc.property(fc.dictionary(names, fc.oneof(fc.string(), fc.nat().map(String), fc.constant('/a/b:c'))), (env) => {
      try {
        const { port, vertex: routes } = contractOf(env);
        if (port !== null) expect(port).toBeGreaterThan(0);
        expect(routes.health.startsWith('/')).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
  );
});
