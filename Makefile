# The original system's targets, and the everyday ones. Each is one line over npm or docker: make help
.DEFAULT_GOAL := help
.PHONY: help up test run_aiven start_consumer image compose-up compose-down

help: ## what can be made
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

up: ## check, publish and record in one process, with nothing installed but Node
	npm start

test: ## every test, as CI runs them
	npm test

run_aiven: ## check once and publish to Kafka, as the original system's scheduled run
	npm run run_aiven

start_consumer: ## record results from Kafka in PostgreSQL
	npm run start_consumer

image: ## build the container image
	DOCKER_BUILDKIT=1 docker build -t sitewire .

compose-up: image ## start the whole system in containers
	docker compose up --detach

compose-down: ## stop it; its data stays in its volumes
	docker compose down
