# Umbel in one image: the dashboard by default, any command by argument (`docker run … umbel worker -A /app/tasks.ts`).
FROM node:24-bookworm-slim AS build
WORKDIR /umbel
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /umbel
COPY --from=build /umbel/package.json /umbel/next.config.js ./
COPY --from=build /umbel/bin ./bin
COPY --from=build /umbel/dist ./dist
COPY --from=build /umbel/.next ./.next
COPY --from=build /umbel/node_modules ./node_modules
# History of alerts and retries; mount a volume here to keep it.
RUN mkdir /data && chown node /data && ln -s /umbel/bin/umbel.js /usr/local/bin/umbel
USER node
VOLUME /data
EXPOSE 5555
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:5555/healthcheck').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["umbel"]
CMD ["--data-dir=/data"]
