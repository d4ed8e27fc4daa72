package dev.aidis.port.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The libraries that an application has which depends on some of Spring Boot's starters,
 * and nothing of what only these tests have. They are found by the POMs that stand beside
 * the JARs of a class path in Maven's repository.
 */
final class ApplicationClassPath {

	private static final Set<String> OWN_GROUPS = Set.of("${project.groupId}", "${pom.groupId}");

	/**
	 * By the folder of their artifact, {@code …/<group>/<artifact>}: there are artifacts
	 * of one name in several groups, and several JARs of one artifact.
	 */
	private final Map<Path, List<Path>> jars = new LinkedHashMap<>();

	/**
	 * Create a new class path.
	 * @param classPath one that has at least the wanted libraries
	 */
	ApplicationClassPath(String classPath) {
		for (String element : classPath.split(File.pathSeparator)) {
			if (element.endsWith(".jar")) {
				Path jar = Path.of(element).toAbsolutePath();
				this.jars.computeIfAbsent(jar.resolve("../..").normalize(), (artifact) -> new ArrayList<>()).add(jar);
			}
		}
	}

	/**
	 * Find libraries.
	 * @param artifacts what is wanted, as {@code group:artifact}
	 * @return the JARs of these and of all that they depend on
	 * @throws IOException if one is not there, or a POM cannot be read
	 */
	List<Path> of(List<String> artifacts) throws IOException {
		Set<Path> found = new LinkedHashSet<>();
		Deque<Path> left = new ArrayDeque<>();
		for (String artifact : artifacts) {
			String[] parts = artifact.split(":");
			List<Path> jars = find(parts[0], parts[1]);
			if (jars.isEmpty()) {
				throw new IOException("The class path has no " + artifact);
			}
			left.addAll(jars);
		}
		while (!left.isEmpty()) {
			Path jar = left.remove();
			if (found.add(jar)) {
				left.addAll(dependencies(jar));
			}
		}
		return List.copyOf(found);
	}

	private List<Path> find(String group, String artifact) {
		Path end = Path.of(group.replace('.', '/'), artifact);
		return this.jars.entrySet()
			.stream()
			.filter((jars) -> jars.getKey().endsWith(end))
			.flatMap((jars) -> jars.getValue().stream())
			.toList();
	}

	/**
	 * What only a parent's POM names is not seen. None of these has any.
	 */
	private List<Path> dependencies(Path jar) throws IOException {
		Path version = jar.resolve("..").normalize();
		Path pom = version.resolve(version.resolveSibling("").getFileName() + "-" + version.getFileName() + ".pom");
		List<Path> dependencies = new ArrayList<>();
		for (Element parts : children(pom, "dependencies")) {
			for (Element dependency : children(parts, "dependency")) {
				if (Set.of("", "compile", "runtime").contains(text(dependency, "scope"))
						&& !text(dependency, "optional").equals("true")) {
					String group = text(dependency, "groupId");
					String artifact = text(dependency, "artifactId");
					dependencies.addAll(OWN_GROUPS.contains(group)
							? this.jars.getOrDefault(version.resolveSibling("").resolveSibling(artifact), List.of())
							: find(group, artifact));
				}
			}
		}
		return dependencies;
	}

	private static List<Element> children(Path pom, String name) throws IOException {
		try {
			return children(
					DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement(),
					name);
		}
		catch (ParserConfigurationException | SAXException ex) {
			throw new IOException("Cannot read " + pom, ex);
		}
	}

	private static List<Element> children(Element parent, String name) {
		List<Element> children = new ArrayList<>();
		NodeList nodes = parent.getChildNodes();
		for (int i = 0; i < nodes.getLength(); i++) {
			Node node = nodes.item(i);
			if (node instanceof Element element && element.getTagName().equals(name)) {
				children.add(element);
			}
		}
		return children;
	}

	private static String text(Element parent, String name) {
		return children(parent, name).stream()
			.findFirst()
			.map((element) -> element.getTextContent().strip())
			.orElse("");
	}

	/**
	 * Make a JAR of some classes, as users have it.
	 * @param jar the JAR
	 * @param root the folder where the classes' packages begin
	 * @param files the files in it
	 */
	static void pack(Path jar, Path root, List<Path> files) throws IOException {
		try (OutputStream output = Files.newOutputStream(jar); JarOutputStream archive = new JarOutputStream(output)) {
			for (Path file : files) {
				archive.putNextEntry(new JarEntry(root.relativize(file).toString().replace(File.separatorChar, '/')));
				Files.copy(file, archive);
				archive.closeEntry();
			}
		}
	}

	/**
	 * Return the files below a folder.
	 */
	static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
	}

}
