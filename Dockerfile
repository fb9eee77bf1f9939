# Build: docker build -t ollameter .   Runs as uid 1000 on a read-only file system; state lives in /data.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY libs/admin-contract/package.json libs/admin-contract/
COPY libs/cost-model/package.json libs/cost-model/
COPY libs/openai-contract/package.json libs/openai-contract/

FROM manifests AS build
ENV NX_DAEMON=false NX_NO_CLOUD=true CI=true
RUN npm ci --ignore-scripts
COPY . .
RUN node node_modules/nx/dist/bin/nx.js run-many -t build

# What the API needs at run time and nothing else: no portal packages, no embedded PostgreSQL, no tools.
FROM manifests AS production
RUN npm ci --omit=dev --ignore-scripts \
      -w @ollameter/api -w @ollameter/openai-contract -w @ollameter/cost-model -w @ollameter/admin-contract \
 && rm -rf node_modules/typescript

FROM ${NODE_IMAGE}
ENV NODE_ENV=production DATA_DIR=/data GATEWAY_HOST=0.0.0.0 ADMIN_HOST=0.0.0.0
WORKDIR /app
COPY --from=production /app ./
COPY init.sql ./
COPY --from=build /app/libs/admin-contract/dist libs/admin-contract/dist
COPY --from=build /app/libs/cost-model/dist libs/cost-model/dist
COPY --from=build /app/libs/openai-contract/dist libs/openai-contract/dist
COPY --from=build /app/apps/api/dist apps/api/dist
COPY --from=build /app/apps/admin/dist apps/admin/dist
# A named volume mounted here takes over this owner.
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
EXPOSE 8080 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.GATEWAY_PORT||8080)+'/health/ready').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "apps/api/dist/main.js"]
