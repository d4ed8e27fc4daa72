package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnvFile}.
 */
class EnvFileTests {

	@TempDir
	Path folder;

	Path file;

	@BeforeEach
	void createFile() {
		this.file = this.folder.resolve(".env");
	}

	// What is read

	@ParameterizedTest
	@CsvSource(delimiterString = " => ", ignoreLeadingAndTrailingWhitespace = false, quoteCharacter = '|',
			value = { "AIDIS_A_PORT=8080 => 8080", "AIDIS_A_PORT=\"8080\" => 8080", "AIDIS_A_PORT='8080' => 8080",
					"export AIDIS_A_PORT=8080 => 8080", "  export   AIDIS_A_PORT=8080 => 8080",
					"AIDIS_A_PORT = 8080 => 8080", "AIDIS_A_PORT=  8080   => 8080",
					"AIDIS_A_PORT=8080 # a comment => 8080", "AIDIS_A_PORT=8080\t# a comment => 8080",
					"AIDIS_A_PORT=\"8080\" # a comment => 8080", "AIDIS_A_PORT='8080'# a comment => 8080",
					"AIDIS_A_PORT=a#b => a#b", "AIDIS_A_PORT=\"a # b\" => a # b", "AIDIS_A_PORT='a # b' => a # b",
					"AIDIS_A_PORT=\"it's\" => it's", "AIDIS_A_PORT=a=b => a=b", "AIDIS_A_PORT=\" 80 \" => | 80 |",
					"AIDIS_A_PORT= => ||", "AIDIS_A_PORT=\"\" => ||", "AIDIS_A_PORT=# a comment => ||",
					"AIDIS_A_PORT= # a comment => ||", "AIDIS_A_PORT=${PORT:0} => ${PORT:0}",
					"AIDIS_A_PORT=\"80 => |\"80|", "AIDIS_A_PORT=C:\\run\\x => C:\\run\\x" })
	void lineIsReadAsAShellReadsIt(String line, String value) throws IOException {
		Files.writeString(this.file, line + "\n");
		assertThat(EnvFile.load(this.file).getProperty("AIDIS_A_PORT")).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "# AIDIS_A_PORT=8080", "#AIDIS_A_PORT=8080", "AIDIS_A_PORT", "AIDIS_A_PORT 8080",
			"XAIDIS_A_PORT=8080", "exportAIDIS_A_PORT=8080", "=8080", "" })
	void anyOtherLineIsIgnored(String line) throws IOException {
		Files.writeString(this.file, line + "\n");
		assertThat(EnvFile.load(this.file).getPropertyNames()).isEmpty();
	}

	@Test
	void variablesOfOthersAreIgnored() throws IOException {
		Files.writeString(this.file, """
				SERVER_PORT=1
				SPRING_PROFILES_ACTIVE=prod
				DB_PASSWORD=secret
				MY_PORT=2
				PORT_X=3
				AIDISX=4
				aidis_mcp_port=5
				PORT=8081
				AIDIS_MCP_PORT=8080
				""");
		assertThat(EnvFile.load(this.file).getPropertyNames()).containsExactly("PORT", "AIDIS_MCP_PORT");
	}

	@Test
	void lastLineOfAVariableCounts() throws IOException {
		Files.writeString(this.file, "PORT=1\nPORT=2\n");
		assertThat(EnvFile.load(this.file).getProperty("PORT")).isEqualTo("2");
	}

	@Test
	void lineBreaksOfWindowsAreNoPartOfTheValue() throws IOException {
		Files.writeString(this.file, "PORT=1\r\nAIDIS_MCP_PORT=\"2\"\r\nAIDIS_A_PORT=3 # x\r\n");
		EnvFile.PropertySource source = EnvFile.load(this.file);
		assertThat(source.getProperty("PORT")).isEqualTo("1");
		assertThat(source.getProperty("AIDIS_MCP_PORT")).isEqualTo("2");
		assertThat(source.getProperty("AIDIS_A_PORT")).isEqualTo("3");
	}

	@Test
	void fileWithoutALineBreakAtItsEndIsReadToItsEnd() throws IOException {
		Files.writeString(this.file, "PORT=1");
		assertThat(EnvFile.load(this.file).getProperty("PORT")).isEqualTo("1");
	}

	@Test
	void emptyFileHoldsNothing() throws IOException {
		Files.createFile(this.file);
		assertThat(EnvFile.load(this.file).getPropertyNames()).isEmpty();
	}

	@Test
	void byteOrderMarkIsIgnored() throws IOException {
		Files.writeString(this.file, "\uFEFFPORT=1\n");
		assertThat(EnvFile.load(this.file).getProperty("PORT")).isEqualTo("1");
	}

	@Test
	void commentInAnotherEncodingDoesNoHarm() throws IOException {
		Files.write(this.file, "# f\u00FCr alle\nPORT=1\n".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(EnvFile.load(this.file).getProperty("PORT")).isEqualTo("1");
	}

	// Where it is found

	@Test
	void fileInTheWorkingDirectoryIsFound() throws IOException {
		Files.createFile(this.file);
		assertThat(EnvFile.find(this.folder)).isEqualTo(this.file);
	}

	@Test
	void fileInTheFolderOfTheCheckoutIsFoundFromInsideOfIt() throws IOException {
		Path inside = checkout();
		Files.createFile(this.file);
		assertThat(EnvFile.find(inside)).isEqualTo(this.file);
	}

	@Test
	void worktreeWhoseGitIsAFileIsACheckoutToo() throws IOException {
		Path inside = Files.createDirectories(this.folder.resolve("worktree/module"));
		Files.writeString(this.folder.resolve("worktree/.git"), "gitdir: elsewhere\n");
		Files.createFile(this.file);
		assertThat(EnvFile.find(inside)).isNull();
		Path own = Files.createFile(this.folder.resolve("worktree/.env"));
		assertThat(EnvFile.find(inside)).isEqualTo(own);
	}

	@Test
	void nearestFileCounts() throws IOException {
		Path inside = checkout();
		Files.createFile(this.file);
		Path nearer = Files.createFile(inside.resolve(".env"));
		assertThat(EnvFile.find(inside)).isEqualTo(nearer);
	}

	@Test
	void fileOutsideOfTheCheckoutIsNotFound() throws IOException {
		Path outside = this.folder.resolve(".env");
		Files.createFile(outside);
		Path inside = Files.createDirectories(this.folder.resolve("checkout/module"));
		Files.createDirectory(this.folder.resolve("checkout/.git"));
		assertThat(EnvFile.find(inside)).isNull();
	}

	@Test
	void folderOfThatNameIsNoFile() throws IOException {
		Path inside = checkout();
		Files.createDirectory(this.file);
		assertThat(EnvFile.find(inside)).isNull();
	}

	private Path checkout() throws IOException {
		Files.createDirectory(this.folder.resolve(".git"));
		return Files.createDirectories(this.folder.resolve("module/target"));
	}

	// What it counts for

	@Test
	void variableOfTheRealEnvironmentStandsAboveTheFile() throws IOException {
		PortAssignment assignment = assign(TestEnvironment.ofService("orders").variable("AIDIS_ORDERS_PORT", "9001"),
				"AIDIS_ORDERS_PORT=9002\n");
		assertThat(assignment.requestedPort()).isEqualTo(9001);
		assertThat(assignment.assignedBy()).isEqualTo("environment variable AIDIS_ORDERS_PORT");
	}

	@Test
	void fileStandsAboveTheConfigurationAndIsNamed() throws IOException {
		TestEnvironment environment = TestEnvironment.ofService("orders").configuration("aidis.orders.port", "9003");
		PortAssignment assignment = assign(environment, "AIDIS_ORDERS_PORT=9002\n");
		assertThat(assignment.requestedPort()).isEqualTo(9002);
		assertThat(assignment.assignedBy()).isEqualTo("AIDIS_ORDERS_PORT in " + this.file);
		assertThat(environment.serverPort()).isEqualTo(9002);
	}

	@Test
	void portInTheFileStandsAboveServerPortOfTheConfiguration() throws IOException {
		TestEnvironment environment = TestEnvironment.ofService("orders").configuration("server.port", "9003");
		PortAssignment assignment = assign(environment, "PORT=9002\n");
		assertThat(assignment.assignedBy()).isEqualTo("PORT in " + this.file);
		assertThat(environment.serverPort()).isEqualTo(9002);
	}

	@Test
	void badValueInTheFileIsNamedWithTheFile() throws IOException {
		RecordingLog log = new RecordingLog();
		assign(TestEnvironment.ofService("orders"), "AIDIS_ORDERS_PORT=abc\n", log);
		assertThat(log.warnings()).singleElement()
			.asString()
			.contains("Skipped AIDIS_ORDERS_PORT in " + this.file + "='abc'");
	}

	@Test
	void variableInAnotherNotationIsNamedWithTheFile() throws IOException {
		PortAssignment assignment = assign(TestEnvironment.ofService("my-shop"), "AIDIS_MYSHOP_PORT=9002\n");
		assertThat(assignment.requestedPort()).isEqualTo(9002);
		assertThat(assignment.assignedBy()).endsWith(" in " + this.file);
	}

	@Test
	void propertiesOfOursMayStandInTheFile() throws IOException {
		TestEnvironment environment = TestEnvironment.create();
		assign(environment, "AIDIS_PORT_STRICT=true\nAIDIS_PORT_SERVICENAME=stock\n");
		assertThat(environment.properties().isStrict()).isTrue();
		assertThat(environment.properties().getServiceName()).isEqualTo("stock");
	}

	private PortAssignment assign(TestEnvironment environment, String content) throws IOException {
		return assign(environment, content, new RecordingLog());
	}

	/**
	 * Puts the file where the post-processor puts it, see
	 * {@link EnvFileApplicationTests}.
	 */
	private PortAssignment assign(TestEnvironment environment, String content, RecordingLog log) throws IOException {
		Files.writeString(this.file, content);
		environment.envFile(EnvFile.load(this.file));
		SpringApplication application = new SpringApplication();
		application.setWebApplicationType(WebApplicationType.SERVLET);
		new PortAssignmentEnvironmentPostProcessor((destination) -> log).postProcessEnvironment(environment,
				application);
		return PortAssignment.of(environment);
	}

	@Test
	void outsideOfACheckoutOnlyTheDirectoryItselfHasASay(@TempDir Path outside) throws IOException {
		Path deep = Files.createDirectories(outside.resolve("a").resolve("b"));
		Files.writeString(outside.resolve(".env"), "PORT=1");
		assertThat(EnvFile.find(deep)).isNull();
		Path own = Files.writeString(deep.resolve(".env"), "PORT=2");
		assertThat(EnvFile.find(deep)).isEqualTo(own);
	}

	@Test
	void nothingOfTheFileIsLeftWhenPortsAreNotAssigned() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addLast(new MapPropertySource(EnvFile.PROPERTY_SOURCE_NAME, Map.of("PORT", "1")));
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("aidis.port.enabled", "false", "aidis.port.dotenv.enabled", "false")));
		new PortAssignmentEnvironmentPostProcessor(Supplier::get).postProcessEnvironment(environment,
				new SpringApplication(Object.class));
		assertThat(environment.getPropertySources().contains(EnvFile.PROPERTY_SOURCE_NAME)).isFalse();
	}

}
