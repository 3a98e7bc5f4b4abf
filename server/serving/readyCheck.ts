import { request } from 'node:http';
import { request as requestSecure } from 'node:https';
import { contractOf } from './protocols/environment.ts';

/**
 * What a container's health check runs: asks the server beside it whether it is ready, by the same variables that the
 * server reads. Ends with 0 when it is.
 */
const port = contractOf(process.env).port ?? process.env['TRIBUTARY_PORT'];
const secure = Boolean(process.env['TRIBUTARY_TLS_CERT']);
const ask = secure ? requestSecure : request;
const options = { host: '127.0.0.1', port: Number(port ?? 8080), path: '/readyz', timeout: 2500 };
// Whoever asks is the server's own machine: the certificate names another host.
const asked = ask({ ...options, ...(secure ? { rejectUnauthorized: false } : {}) }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
});
asked.on('error', () => process.exit(1));
asked.on('timeout', () => process.exit(1));
asked.end();
