package dev.aidis.port.sample.command.page;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.registration.PortRegistrar;
import dev.aidis.port.sample.command.health.HealthMonitor;
import dev.aidis.port.sample.command.history.EventHistory;
import dev.aidis.port.sample.command.registry.Dependencies;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;

/**
 * The page, its stream, and what its buttons do.
 */
@Controller
class PageController {

	private static final int EVENTS = 60;

	private static final int FIRST_ROWS = 60;

	private final LiveRegistry registry;

	private final EventHistory events;

	private final HealthMonitor health;

	private final PageUpdates updates;

	private final Fragments fragments;

	private final StarterCost starterCost;

	private final ObjectProvider<PortAssignment> assignment;

	private final ObjectProvider<PortRegistrar> registrar;

	private final String service;

	PageController(LiveRegistry registry, EventHistory events, HealthMonitor health, PageUpdates updates,
			Fragments fragments, StarterCost starterCost, ObjectProvider<PortAssignment> assignment,
			ObjectProvider<PortRegistrar> registrar, @Value("${spring.application.name}") String service) {
		this.registry = registry;
		this.events = events;
		this.health = health;
		this.updates = updates;
		this.fragments = fragments;
		this.starterCost = starterCost;
		this.assignment = assignment;
		this.registrar = registrar;
		this.service = service;
	}

	/**
	 * Show the page to whoever does not ask for something else.
	 */
	@GetMapping(path = "/", produces = { MediaType.TEXT_HTML_VALUE, MediaType.ALL_VALUE })
	String page(Model model, @Nullable Principal operator) {
		model.addAttribute("operator", (operator != null) ? operator.getName() : null);
		model.addAttribute("revision", this.updates.revision());
		List<Instance> instances = this.registry.instances();
		model.addAttribute("service", this.service);
		model.addAttribute("location", this.registry.location());
		model.addAttribute("loaded", this.registry.isLoaded());
		model.addAttribute("problem", this.registry.problem());
		model.addAttribute("rows", this.fragments.rows(instances.subList(0, Math.min(FIRST_ROWS, instances.size()))));
		model.addAttribute("more", Math.max(0, instances.size() - FIRST_ROWS));
		model.addAttribute("summary", Summary.of(instances));
		model.addAttribute("clusters", ClusterCard.of(this.registry.clusters(), instances));
		model.addAttribute("map", DependencyMap.of(Dependencies.of(instances)));
		model.addAttribute("events", this.events.latest(EVENTS).stream().map(EventLine::of).toList());
		model.addAttribute("startup", this.starterCost.startup());
		model.addAttribute("lookups", this.starterCost.lookups());
		PortAssignment own = this.assignment.getObject();
		model.addAttribute("own", own.rung() + ": " + own.assignedBy());
		return "command";
	}

	/**
	 * Return the rows that the page itself has left out, so as to be there soon. They
	 * belong to a page of the same revision: in another, others are left out.
	 */
	@GetMapping(path = "/rows", produces = "text/html;charset=UTF-8")
	ResponseEntity<String> rows() {
		String revision = this.updates.revision();
		List<Instance> instances = this.registry.instances();
		return ResponseEntity.ok()
			.header("Aidis-Revision", revision)
			.body(this.fragments.rows(instances.subList(Math.min(FIRST_ROWS, instances.size()), instances.size())));
	}

	@GetMapping("/stream")
	ResponseEntity<ResponseBodyEmitter> stream() {
		return this.updates.open();
	}

	@GetMapping("/instances/{key}")
	ModelAndView details(@PathVariable String key) {
		Instance instance = find(key);
		return new ModelAndView("fragments/details",
				Map.of("row", Row.of(instance), "details", Details.of(instance, self(), this.assignment.getObject())));
	}

	private @Nullable String self() {
		PortRegistrar present = this.registrar.getIfAvailable();
		return (present != null) ? present.registration().map(PortRegistration::instanceId).orElse(null) : null;
	}

	@PostMapping("/instances/{key}/check")
	CompletableFuture<ModelAndView> check(@PathVariable String key) {
		Instance instance = find(key);
		String name = Printable.of(instance.service());
		if (!instance.state().isLive()) {
			return CompletableFuture.completedFuture(notice("warning", name + " does not run, so it was not asked."));
		}
		return this.health.check(instance)
			.thenApply((reading) -> notice(reading.healthy() ? "good" : "warning", answer(name, reading)));
	}

	private static String answer(String name, HealthReading reading) {
		String detail = Printable.of(reading.detail(), 200);
		if (!reading.asked()) {
			return name + " was not asked: " + detail;
		}
		return name + (reading.healthy() ? " is healthy: " : " is not healthy: ") + detail + ", "
				+ reading.latencyMillis() + " ms";
	}

	@PostMapping("/prune")
	ModelAndView prune() {
		try {
			int pruned = this.registry.prune().size();
			return notice("good", (pruned == 0) ? "There was no dead entry left in the registry."
					: "Removed " + pruned + ((pruned == 1) ? " dead entry" : " dead entries") + " from the registry.");
		}
		catch (PortRegistryException ex) {
			return notice("warning", String.valueOf(ex.getMessage()));
		}
	}

	private static ModelAndView notice(String kind, String text) {
		return new ModelAndView("fragments/notice", Map.of("kind", kind, "text", text));
	}

	private Instance find(String key) {
		return this.registry.instance(key)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND,
					"This instance is shown no more. Load the page again."));
	}

}
